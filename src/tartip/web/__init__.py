"""The design system of the house: base pages, components, languages, vendored browser files."""

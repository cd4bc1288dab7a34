"""Where: the republic, its regions, districts and cities, their names, zones and outlines."""

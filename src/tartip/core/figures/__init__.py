"""What an app declares for published figures: its indicators, and the columns of its records that statistics seals."""

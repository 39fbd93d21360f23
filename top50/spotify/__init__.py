"""What a person does at Spotify: consent to the app, and fill a playlist with the songs of a chart."""

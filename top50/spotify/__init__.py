"""What a person does at Spotify: consent to the app, and fill a playlist with the songs of a chart."""

import logging

# It logs each refusal; the errors that we raise say more.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

"""Charts that others recorded, from a file or a folder to bundles in the bucket; the job makes the tables.

Rooms, from the ground up::

    records         one chart of one date, the bundle of a date, what a person asked for, what is not taken
    places          what others call countries and playlists
    days            dates as a spreadsheet writes them
    chart_files     one chart a file: the CSVs of charts.spotify.com, new and old
    kaggle          millions of rows in one CSV
    playlist_files  one chart of the playlist archive, as Markdown or JSON
    archive         the archive's git history
    recordings      which of these a file or a folder is
    landing         one date after the other into the bucket
    summary         what a person reads of it
"""

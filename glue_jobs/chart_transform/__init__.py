"""The transform: raw chart files become six tables, one Parquet file per table and chart date.

Rooms, from the ground up; each imports only those above it::

    errors          what goes wrong, and who acts
    bundles         many charts of one date in one file
    keys            what a raw file's name says about it
    stores          the two places files are in: a local folder, an S3 bucket
    raw_format      what raw files hold, as types: our envelope, and Spotify's objects in both shapes
    decoding        bytes to these types, or the exact place that is wrong
    entries         one position of a chart to its entry
    raw_files       one raw file to its chart
    schemas         the columns of the tables
    tables          the charts of one date to its tables
    partitions      the raw files of one date to staged Parquet files; this runs on the executors
    verdict         which dates a run rewrites and leaves, which files it keeps and refuses
    run             where a run works, and what it has done
    apply           replace partitions, move files
    slices          what a run reads, a bounded number of charts at a time

A lake partition is a pure function of the raw files of its date, and every step can be repeated: the next run
completes what a run that died has left.
"""

"""S3 beyond moto: conditions on copies, steady listings, and a bucket that is kept in a folder."""

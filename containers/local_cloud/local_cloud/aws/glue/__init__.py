"""Glue beyond moto: crawlers that crawl, and job runs that run."""

"""Why a deployment is refused."""


class DeploymentError(Exception):
    """The template, or what is asked of it, cannot be deployed here; the message names it and says who acts."""

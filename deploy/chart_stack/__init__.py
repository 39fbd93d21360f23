"""What a person does with a deployed stack: deploy it, run it by hand, see how it is, mend it, remove it."""

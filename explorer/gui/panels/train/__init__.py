"""The Train panel: the task, the settings, the run."""

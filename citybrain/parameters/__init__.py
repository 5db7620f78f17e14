"""办理参数: terms that no law fixes and the bureau sets itself, on record and in the open."""

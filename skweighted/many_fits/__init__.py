"""Many fits at once: pipelines times folds become plans (`_plans`), plans become fitted pipelines (`_training`)."""

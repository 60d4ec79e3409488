"""What `fit` does, a file a step: `_parameters`, `_rows`, `_plan`, `_monitor`, `_resume`; `_steps` conducts."""

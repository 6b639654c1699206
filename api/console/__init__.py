"""The pages that people see: plain HTML, one stylesheet, one small script."""

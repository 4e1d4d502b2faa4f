-- Why something was published and what it changed, for the list of versions.

ALTER TABLE releases ADD COLUMN note TEXT;
-- JSON: how many differences there were to the version before, and the first of
-- them in words, each as Chinese and English.
ALTER TABLE releases ADD COLUMN changes TEXT;

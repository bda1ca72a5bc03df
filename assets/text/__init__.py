"""What every stage needs of text: spans, numerals, dates, units, folding, segmentation."""

"""The report's ten sections: for each, the fields of the template, from the filing alone."""

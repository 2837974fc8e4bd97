"""From a filing to every result of every rule (`runner`), and to what a person reads (`concluding`)."""

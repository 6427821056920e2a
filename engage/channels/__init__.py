"""How people answer: the web, paper and text messages, which never look at each other."""

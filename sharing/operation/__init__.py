"""Interface services in operation: whether they answer, when they pause, how they change, how they end."""

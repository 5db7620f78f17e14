"""The demo: Haikou's departments and a year of what they do, through the services people use.

Part of the roof: it may import every app, and nothing imports it.
"""

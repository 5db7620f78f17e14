"""The read part of CKAN's action API, so that existing clients and harvesters work unchanged."""

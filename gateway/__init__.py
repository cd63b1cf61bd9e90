"""The SMS platform as the activities see it: a protocol, an error taxonomy, and the Alibaba Cloud adapter."""

"""The register of information systems 信息系统 (HK-12): where they run, what they are linked to."""

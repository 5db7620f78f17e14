"""The register of projects 信息化项目 and their acceptance by the bureau (HK-14)."""

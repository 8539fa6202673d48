"""What programs speak to: resources below /api/v1, told in OpenAPI, and feeds of due dates."""

-- compatible_from: 1
ALTER TABLE authorization_codes ADD COLUMN trace text; -- the traceparent of the request that issued it, where traces are collected

-- compatible_from: 1
-- Past sign-ins are counted minute by minute into their hour, so that the hour that lasts is not read anew for each overview.
GRANT UPDATE ON sign_in_hours TO anteroom_app;

-- compatible_from: 1
-- People see their own sessions: on which kind of browser each began, two words of ours, and from which network, as the record of the sign-in has it.
ALTER TABLE sessions
    ADD COLUMN browser text CHECK (length(browser) <= 40),
    ADD COLUMN network text CHECK (length(network) <= 64);

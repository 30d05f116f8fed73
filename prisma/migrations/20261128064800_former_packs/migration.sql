-- Until now one pack a mode opened everything that the mode might need. Whoever has rules of it has the capabilities
-- that those rules are for, with what the site answered then; each rule is filed under the first pack that needs it.
SELECT set_config('sallyport.customers', '*', true);

WITH former AS (
  SELECT id, customer_id, deployment_id, peer, CASE
    WHEN protocol = 'tcp' AND port_from = 443 AND port_to = 443 AND peer_kind = 'address_set' THEN CASE
      WHEN direction = 'egress' AND carried_by = 'application' AND peer = 'cloudflare' THEN 'sign-in'
      WHEN direction = 'egress' AND carried_by = 'user_browser' AND peer = 'cloudflare' THEN 'sign-in-pages'
      WHEN direction = 'ingress' AND carried_by = 'application' AND peer = 'workos-senders' THEN 'webhooks'
    END
    WHEN direction = 'ingress' AND carried_by = 'user_browser' AND peer_kind = 'cidr' AND protocol = 'tcp'
      AND port_from = 443 AND port_to = 443 THEN 'sign-in-pages'
    WHEN direction = 'egress' AND carried_by = 'application' AND peer_kind = 'cidr' AND protocol IN ('tcp', 'udp')
      AND port_from = 53 AND port_to = 53 THEN 'dns'
    WHEN direction = 'egress' AND carried_by = 'application' AND peer_kind IN ('cidr', 'fqdn') AND protocol = 'udp'
      AND port_from = 123 AND port_to = 123 THEN 'time'
  END AS pack,
  CASE
    WHEN direction = 'ingress' AND carried_by = 'user_browser' THEN 'userNetworks'
    WHEN port_from = 53 THEN 'dnsResolvers'
    WHEN port_from = 123 THEN 'timeServers'
  END AS question
  FROM "console"."allowlist_rules"
  WHERE pack IN ('workos-connected', 'workos-restricted') AND retired_at IS NULL
), answered AS (
  SELECT former.customer_id, former.deployment_id, needs.capability,
    CASE WHEN former.pack = needs.capability THEN former.question END AS question,
    jsonb_agg(DISTINCT former.peer ORDER BY former.peer) AS peers
  FROM former
  JOIN (VALUES
    ('sign-in', 'sign-in'), ('sign-in', 'events-polling'), ('sign-in', 'directory-sync'),
    ('sign-in-pages', 'sign-in-pages'), ('sign-in-pages', 'admin-portal'),
    ('webhooks', 'webhooks'), ('webhooks', 'actions'), ('webhooks', 'log-streams'),
    ('dns', 'dns'), ('time', 'time')
  ) AS needs (pack, capability) ON needs.pack = former.pack
  -- People who come back from outside say nothing of who opens the Admin Portal.
  WHERE needs.capability <> 'admin-portal' OR former.question IS NULL
  GROUP BY former.customer_id, former.deployment_id, needs.capability,
    CASE WHEN former.pack = needs.capability THEN former.question END
), ticked AS (
  INSERT INTO "console"."deployment_capabilities" (customer_id, deployment_id, capability, pack_version, answers, updated_at)
  SELECT customer_id, deployment_id, capability, 1,
    COALESCE(jsonb_object_agg(question, peers) FILTER (WHERE question IS NOT NULL), '{}'), now()
  FROM answered
  GROUP BY customer_id, deployment_id, capability
  ON CONFLICT DO NOTHING
)
-- One that somebody has changed since is theirs: no pack would open what it opens now.
UPDATE "console"."allowlist_rules" AS rule
SET pack = former.pack, pack_version = CASE WHEN former.pack IS NULL THEN NULL ELSE 1 END
FROM former WHERE former.id = rule.id;

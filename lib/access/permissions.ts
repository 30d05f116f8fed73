/** The roles a person may have. `customer_admin` and a named `auditor` see only the customers they are given. */
export const ROLES = ["owner", "admin", "operator", "support", "customer_admin", "auditor"] as const;
export type Role = (typeof ROLES)[number];

const everyone = ROLES;
const vendor = ["owner", "admin", "operator", "support"] as const;
const vendorAndCustomer = [...vendor, "customer_admin"] as const;
const operators = ["owner", "admin", "operator"] as const;
const operatorsAndCustomer = [...operators, "customer_admin"] as const;
const admins = ["owner", "admin"] as const;
const adminsAndCustomer = [...admins, "customer_admin"] as const;

/**
 * Who may do what, in one table. The audit log uses the same action names, so that a line of the log can be read
 * beside the line here that allowed it.
 */
export const PERMISSIONS = {
  "customer.read": everyone,
  "customer.create": admins,
  "customer.change": admins,
  "customer.archive": admins,
  "customer.restore": admins,
  "deployment.read": everyone,
  "deployment.create": operators,
  "deployment.change": operators,
  "deployment.archive": admins,
  "deployment.restore": admins,
  "environment.read": everyone,
  "environment.create": operators,
  "environment.change": operators,
  "environment.remove": admins,
  "api_key.read": vendorAndCustomer,
  "api_key.create": operatorsAndCustomer,
  "api_key.rotate": operatorsAndCustomer,
  "api_key.revoke": operatorsAndCustomer,
  "redirect_uri.change": operatorsAndCustomer,
  "connection.read": everyone,
  "connection.create": operatorsAndCustomer,
  "connection.change": operatorsAndCustomer,
  "connection.test": operatorsAndCustomer,
  "connection.draft": operatorsAndCustomer,
  "connection.keep_draft": operatorsAndCustomer,
  "connection.discard_draft": operatorsAndCustomer,
  "connection.activate": operatorsAndCustomer,
  "connection.return": operatorsAndCustomer,
  "connection.remove": operatorsAndCustomer,
  "directory.read": everyone,
  "directory.create": operatorsAndCustomer,
  "directory.change": operatorsAndCustomer,
  "directory.sync": operatorsAndCustomer,
  "directory.test": operatorsAndCustomer,
  "directory.rotate_token": operatorsAndCustomer,
  "directory.draft_roles": operatorsAndCustomer,
  "directory.activate_roles": operatorsAndCustomer,
  "directory.return_roles": operatorsAndCustomer,
  "directory.remove": operatorsAndCustomer,
  "setup_link.read": everyone,
  "setup_link.create": operatorsAndCustomer,
  "setup_link.revoke": operatorsAndCustomer,
  "domain.read": everyone,
  "domain.add": operatorsAndCustomer,
  "domain.check": operatorsAndCustomer,
  "domain.verify_by_hand": operators,
  "domain.remove": operatorsAndCustomer,
  "message.read": vendorAndCustomer,
  "message.reveal": operatorsAndCustomer,
  "message.deliver": operatorsAndCustomer,
  "message.send_again": operatorsAndCustomer,
  "message.discard": operatorsAndCustomer,
  "allowlist.read": everyone,
  "allowlist.expire_rule": admins,
  "allowlist.export": everyone,
  "address_set.read": everyone,
  "address_set.create": operatorsAndCustomer,
  "address_set.change": operatorsAndCustomer,
  "address_set.archive": adminsAndCustomer,
  "address_set.restore": adminsAndCustomer,
  "address_set.propose": operatorsAndCustomer,
  "address_set.accept": adminsAndCustomer,
  "address_set.refuse": adminsAndCustomer,
  "address_set.withdraw": operatorsAndCustomer,
  "bundle.read": [...vendor, "auditor"],
  "bundle.make": operators,
  "bundle.download": operators,
  "bundle.take": operators,
  "bundle_key.make": admins,
  "bundle_key.retire": admins,
  "bundle_trust.add": admins,
  "bundle_trust.revoke": admins,
  "change_request.read": everyone,
  "change_request.draft": operatorsAndCustomer,
  "change_request.simulate": operatorsAndCustomer,
  "change_request.propose": operatorsAndCustomer,
  "change_request.withdraw": operatorsAndCustomer,
  "change_request.approve": adminsAndCustomer,
  "change_request.refuse": adminsAndCustomer,
  "change_request.record_consent": admins,
  "change_request.comment": vendorAndCustomer,
  "change_request.apply": operatorsAndCustomer,
  "change_request.verify": operatorsAndCustomer,
  "change_request.close": operatorsAndCustomer,
  "change_request.roll_back": operatorsAndCustomer,
  "change_request.start_bulk": operators,
  "allowlist_export.read": everyone,
  "served_list.create": operatorsAndCustomer,
  "served_list.revoke": operatorsAndCustomer,
  "gateway.read": everyone,
  "gateway.create": operatorsAndCustomer,
  "gateway.change": operatorsAndCustomer,
  "gateway.rotate_token": operatorsAndCustomer,
  "gateway.take_configuration": operatorsAndCustomer,
  "gateway.remove": adminsAndCustomer,
  "gateway_client.create": operatorsAndCustomer,
  "gateway_client.change": operatorsAndCustomer,
  "gateway_client.rotate_token": operatorsAndCustomer,
  "gateway_client.revoke": operatorsAndCustomer,
  "gateway_source.create": operatorsAndCustomer,
  "gateway_source.change": operatorsAndCustomer,
  "gateway_source.pull_again": operatorsAndCustomer,
  "gateway_source.remove": operatorsAndCustomer,
  "relay_endpoint.create": operatorsAndCustomer,
  "relay_endpoint.change": operatorsAndCustomer,
  "relay_endpoint.rotate_secret": operatorsAndCustomer,
  "relay_endpoint.pause": operatorsAndCustomer,
  "relay_endpoint.resume": operatorsAndCustomer,
  "relay_endpoint.replay": operatorsAndCustomer,
  "relay_endpoint.remove": operatorsAndCustomer,
  "gateway_stream.create": operatorsAndCustomer,
  "gateway_stream.change": operatorsAndCustomer,
  "gateway_stream.rotate_token": operatorsAndCustomer,
  "gateway_stream.remove": operatorsAndCustomer,
  "gateway_folder.create": operatorsAndCustomer,
  "gateway_folder.change": operatorsAndCustomer,
  "gateway_folder.remove": operatorsAndCustomer,
  "gateway_intake.create": operatorsAndCustomer,
  "gateway_intake.change": operatorsAndCustomer,
  "gateway_intake.rotate_secret": operatorsAndCustomer,
  "gateway_intake.remove": operatorsAndCustomer,
  "doctor.read": everyone,
  "doctor.download": vendorAndCustomer,
  "doctor.upload": vendorAndCustomer,
  "crossing.read": everyone,
  "crossing.export": ["owner", "admin", "customer_admin", "auditor"],
  "crossing_view.keep": everyone,
  "crossing_view.remove": everyone,
  "audit.read": everyone,
  "audit.export": ["owner", "admin", "customer_admin", "auditor"],
  "organization_log.export": operatorsAndCustomer,
  "person.read": admins,
  "person.invite": admins,
  "person.change": admins,
  "person.suspend": admins,
  "person.reactivate": admins,
  "person.revoke_invitation": admins,
  "person.reset_sign_in": admins,
  "service.read": [...operators, "support"],
  "service.register": admins,
  "service.remove": admins,
  "settings.read": admins,
  "settings.change": ["owner"],
  "operation.read": vendorAndCustomer,
  "operation.retry": operatorsAndCustomer,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

/** Whether the role holds the permission at all; which objects it reaches is decided by scope, not here. */
export function roleCan(role: Role, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}

/** What a set-up link may be for. */
export const PURPOSES = ["sso", "dsync", "domain_verification", "certificate_renewal", "audit_logs"] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * What whoever opened a set-up link may do, by what the link is for; always within its one organization, which
 * lib/portal sees to. Nothing that is in use is removed through a link, and nothing outside its purposes is seen.
 */
export const PURPOSE_PERMISSIONS = {
  sso: ["connection.read", "connection.create", "connection.change", "connection.test", "connection.return"],
  dsync: [
    "directory.read",
    "directory.create",
    "directory.change",
    "directory.sync",
    "directory.test",
    "directory.rotate_token",
    "directory.draft_roles",
    "directory.activate_roles",
    "directory.return_roles",
  ],
  domain_verification: ["domain.read", "domain.add", "domain.check", "domain.remove"],
  certificate_renewal: ["connection.read", "connection.change", "connection.test", "connection.return"],
  audit_logs: ["organization_log.export"],
} as const satisfies Record<Purpose, readonly Action[]>;

/**
 * What every link brings, whatever it is for: sign-in and directory both fail at a firewall first, so whoever sets
 * them up may see which doors are to be open, and bring what the doctor found.
 */
const EVERY_LINK: readonly Action[] = [
  "allowlist.read",
  "allowlist.export",
  "doctor.read",
  "doctor.download",
  "doctor.upload",
];

/** Whether one of these purposes brings the permission. */
export function purposesCan(purposes: readonly Purpose[], action: Action): boolean {
  if (purposes.length > 0 && EVERY_LINK.includes(action)) return true;
  return purposes.some((purpose) => (PURPOSE_PERMISSIONS[purpose] as readonly Action[]).includes(action));
}

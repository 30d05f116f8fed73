// The doors between the rooms (docs/architecture.md). What is not allowed here fails `npm run check`.

/** Rooms of lib that are no domain: every domain may use them. */
const COMMONS = "shared|platform|access|auth|audit";
/** The programs and the commands that start them: they stand above the domains. */
const PROGRAMS = "cli|worker|identity-service|gateway";
/** The files of a domain that other domains may enter by. */
const DOORS = "(schema|shape|queries|commands|actions|policy|words)\\.ts$";

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "Two files that need each other are one file, or hide a third: nobody can read either first.",
      severity: "error",
      from: { pathNot: "^lib/platform/prisma/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "not-resolvable",
      comment: "An import that leads nowhere fails only when the line runs, at a customer's.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(server-only|next/.*|#.*)$" },
    },
    {
      name: "lib-shows-nothing",
      comment: "Rules and data outlive screens: what lib says must be sayable without a browser.",
      severity: "error",
      from: { path: "^(lib|prisma)/" },
      to: { path: "^(app|components)/" },
    },
    {
      name: "components-by-shape-and-actions",
      comment:
        "A component may run in the browser: it knows what there is to choose and what it may call, never how data is " +
        "read, checked or changed. Types of rows and of input cost nothing at run time and are free.",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: "^lib/",
        pathNot: [
          "(shape|actions|policy)\\.ts$",
          "^lib/shared/(?!ldap-input)",
          "^lib/platform/(action-state|list)\\.ts$",
          // Tables of words and of who may do what: data, no I/O.
          "^lib/access/permissions\\.ts$",
          "^lib/[^/]+/(words|states|providers)\\.ts$",
          "^lib/allowlist/(packs/questions|address-sets)\\.ts$",
          // The portal's texts: data by language, and the way a component on the server reads them.
          "^lib/portal/(texts/(locales|dates|spoken)|texts|language|steps|vendor)\\.ts$",
          "^lib/audit/difference\\.ts$",
          "^lib/platform/prisma/(enums|browser)\\.ts$",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "browsers-load-no-validator",
      comment:
        "zod is a fifth of what a page loads, and what a form sends is checked by the server anyway. What components need " +
        "of a room (its lists, its limits, its choices) lies in shape.ts, which a schema may import, never the other way.",
      severity: "error",
      from: {
        path: [
          "^components/",
          "^lib/.+/(shape|policy|words|states|providers)\\.ts$",
          "^lib/platform/(action-state|list)\\.ts$",
        ],
        // What an errand may do is asked on the server only.
        pathNot: "^lib/(operations/policy|auth/sign-in-policy)\\.ts$",
      },
      to: { path: "(/schema\\.ts$|node_modules/zod)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "components-know-no-page",
      comment: "A component that imports a page can be used on that page only.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^app/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "screens-change-by-actions",
      comment:
        "Pages read through queries and change through actions: a command called from a page would skip runAction.",
      severity: "error",
      from: { path: "^app/", pathNot: "^app/api/" },
      to: { path: "^lib/[^/]+/commands\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "screens-know-no-database",
      comment: "Who holds the client can forget the actor: every row a screen shows has passed a query.",
      severity: "error",
      from: { path: "^(app|components)/" },
      to: {
        path: "^(lib/platform/(db|sql)\\.ts|lib/platform/prisma/client\\.ts|node_modules/(pg|@prisma/))",
      },
    },
    {
      name: "domains-by-their-doors",
      comment:
        "One domain enters another through schema, shape, queries, commands, policy or words, so the rest of it is free to change.",
      severity: "error",
      from: { path: `^lib/(?!${COMMONS}|${PROGRAMS})([^/]+)/` },
      to: {
        path: `^lib/(?!${COMMONS}|drivers)[^/]+/`,
        pathNot: [
          "^lib/$1/",
          DOORS,
          // Each domain says how its own errands are carried out; this one list joins them for the worker.
          "^lib/[^/]+/(operations|kinds)\\.ts$",
          // An environment is asked once for everything; each domain writes down what it repeats of the answer.
          "^lib/[^/]+/mirror\\.ts$",
          // Everything that hangs on an environment first finds it within the actor's reach, and then its driver.
          "^lib/(environments/(driver|require)|directories/require)\\.ts$",
          // What is given out: the rules in force in every format, and the doctor with what it reports.
          "^lib/(allowlist/(export|in-force|formats/(index|format|json|normal-form))|doctor/(files|report))\\.ts$",
          // A request changes an allowlist: what a change is, what it would do, and how rules are written with their audit.
          "^lib/allowlist/(changes|simulation|timed-difference|rules|facts|state|sets/(book|built-in|load)|assertions/record|packs/[a-z-]+)\\.ts$",
          // What passed says which rules are used, and what a request would have done; asked in the asker's own transaction.
          "^lib/crossings/(rule-use|packets)\\.ts$",
          // A change that is asked for at many deployments is a request at each, made as a person would make it.
          "^lib/change-requests/(base|drafting|step)\\.ts$",
          // Which identity service is the one beside this console; and the counts behind a deployment's state.
          "^lib/(services/local|deployments/facts)\\.ts$",
          // Whoever holds a set-up link is nobody yet: it is opened before there is an actor, and never by a command.
          "^lib/setup-links/(opening|tickets)\\.ts$",
          // The portal leads through guides and names providers: both are the same for everybody, and nobody's.
          "^lib/(guides/library|connections/providers)\\.ts$",
        ],
      },
    },
    {
      name: "commons-know-no-domain",
      comment: "What every domain stands on must not stand on one of them.",
      severity: "error",
      from: { path: "^lib/(shared|platform|access)/" },
      to: { path: `^lib/(?!${COMMONS})[^/]+/` },
    },
    {
      name: "shared-is-pure",
      comment:
        "lib/shared runs in the browser, at a site and in the offline verifier: no database, no other room.",
      severity: "error",
      from: { path: "^lib/shared/" },
      to: { path: "^(lib/(?!shared/)|prisma/)" },
    },
    {
      name: "service-stands-alone",
      comment:
        "The offline identity service and the boundary gateway run where there is no console: they import lib/shared " +
        "and nothing else of ours.",
      severity: "error",
      from: { path: "^lib/(identity-service|gateway)/" },
      to: { path: "^(app|components|prisma|lib/(?!shared/))", pathNot: "^lib/$1/" },
    },
    {
      name: "nobody-enters-the-service",
      comment:
        "Console and service meet on the wire only, so that one beside it and one at a site are driven alike.",
      severity: "error",
      from: { path: "^(app|components|lib|prisma)/", pathNot: "^lib/(identity-service|gateway)/" },
      to: { path: "^lib/(identity-service|gateway)/" },
    },
    {
      name: "sdk-in-drivers-only",
      comment: "The WorkOS SDK is what a driver is made of; whoever else used it would know one vendor.",
      severity: "error",
      from: { path: "^(app|components|lib|prisma)/", pathNot: "^lib/drivers/" },
      to: { path: "node_modules/(@workos-inc/|workos)" },
    },
    {
      name: "next-auth-in-auth-only",
      comment: "Sign-in is replaced in one room or not at all.",
      severity: "error",
      from: { pathNot: "^(lib/auth/|app/api/auth/|tests/)" },
      to: { path: "node_modules/next-auth" },
    },
    {
      name: "tables-in-data-table-only",
      comment: "TanStack Table changes its interface with every major version; one file follows it.",
      severity: "error",
      from: { pathNot: "^(components/ui/data-table|tests/)" },
      to: { path: "node_modules/@tanstack/react-table" },
    },
    {
      name: "programs-start-by-themselves",
      comment:
        "The command and the worker stand on top: nothing but tests imports them, or a page could start a program.",
      severity: "error",
      from: { path: "^(app|components|lib|prisma)/", pathNot: "^lib/(cli|worker)/" },
      to: { path: "^lib/(cli|worker)/" },
    },
    {
      name: "tests-stay-outside",
      comment: "What is shipped must not depend on what is only there to test it.",
      severity: "error",
      from: { path: "^(app|components|lib|prisma)/" },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|lib/platform/prisma/(?!client|enums|browser))" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["react-server", "import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};

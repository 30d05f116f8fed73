import "server-only";
import { randomBytes } from "node:crypto";
import { randomSecret } from "#lib/platform/seal.ts";

/** By which a gateway is known to its console. */
export const newGatewayToken = () => `sp_gw_${randomSecret()}`;

/** By which an application is known to a gateway's proxy. */
export const newClientToken = () => `sp_gwc_${randomSecret()}`;

/** By which an application that follows events is known to a gateway. */
export const newStreamToken = () => `sp_gws_${randomSecret()}`;

/** What deliveries are signed with, in the form that both ways of signing take. */
export const newSigningSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

/** Where each secret is sealed to. */
export const proxyContext = (gatewayId: string) => `gateway:${gatewayId}:parent_proxy`;
export const sourceContext = (sourceId: string) => `gateway_source:${sourceId}:api_key`;
export const endpointContext = (endpointId: string) => `relay_endpoint:${endpointId}:secret`;
export const intakeContext = (intakeId: string) => `gateway_intake:${intakeId}:secret`;

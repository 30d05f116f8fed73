/** The version of Sallyport this service is part of, as package.json says. */
export const VERSION = "0.1.0";

/** The version of Sallyport that these programs are, as package.json says. */
export const VERSION = "0.1.0";

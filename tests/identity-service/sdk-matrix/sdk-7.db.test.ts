import { proveSdk } from "./prove.ts";

proveSdk("7");

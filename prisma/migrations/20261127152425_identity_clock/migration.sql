-- CreateTable
CREATE TABLE "identity"."clock" (
    "singleton" BOOLEAN NOT NULL DEFAULT true,
    "highest" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "clock_pkey" PRIMARY KEY ("singleton")
);

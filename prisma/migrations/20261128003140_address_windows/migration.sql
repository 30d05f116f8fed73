-- CreateTable
CREATE TABLE "identity"."address_windows" (
    "key" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "address_windows_pkey" PRIMARY KEY ("key")
);

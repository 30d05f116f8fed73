-- CreateTable
CREATE TABLE "console"."saved_views" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_views_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "saved_views_person_id_name_key" ON "console"."saved_views"("person_id", "name");

-- AddForeignKey
ALTER TABLE "console"."saved_views" ADD CONSTRAINT "saved_views_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

DROP INDEX "licenses_key_prefix";--> statement-breakpoint
ALTER TABLE "former_license_keys" ADD COLUMN "key_canonical_hash" text;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "key_canonical_hash" text;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "key_tail" text;--> statement-breakpoint
CREATE INDEX "former_license_keys_canonical" ON "former_license_keys" USING btree ("account_id","key_canonical_hash");--> statement-breakpoint
CREATE INDEX "former_license_keys_forms_due" ON "former_license_keys" USING btree ("account_id","id") WHERE "former_license_keys"."key_canonical_hash" is null;--> statement-breakpoint
CREATE INDEX "licenses_key_canonical" ON "licenses" USING btree ("account_id","key_canonical_hash");--> statement-breakpoint
CREATE INDEX "licenses_key_tail" ON "licenses" USING btree ("account_id","key_tail") WHERE "licenses"."key_tail" is not null;--> statement-breakpoint
CREATE INDEX "licenses_key_forms_due" ON "licenses" USING btree ("account_id","id") WHERE "licenses"."key_canonical_hash" is null;--> statement-breakpoint
CREATE INDEX "licenses_key_prefix" ON "licenses" USING btree ("account_id",translate(lower("key_prefix"), '-"''`', '') text_pattern_ops);
DROP INDEX "activations_synced";--> statement-breakpoint
-- Room on each page for the next version of a row: a sync that finds it there leaves the indexes alone.
ALTER TABLE "activations" SET (fillfactor = 85);

-- What was given back to a window that had ended: a counter that is gone counts from the start.
DELETE FROM "throttles" WHERE "points" < 0;--> statement-breakpoint
ALTER TABLE "throttles" ADD CONSTRAINT "throttles_points" CHECK ("throttles"."points" >= 0);

"""What people read: findings in three formats, and the counts that ``docs/`` publishes."""

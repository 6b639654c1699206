"""What people read when zhiheng says no or notes a breach, with the remedy: zh and en."""

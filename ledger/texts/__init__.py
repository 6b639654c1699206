"""What people read when zhiheng says no, or notes a breach: Chinese and English, with the remedy."""

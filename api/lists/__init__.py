"""Lists that offices keep: patents, contracts, registrations, arrivals; read and compared."""

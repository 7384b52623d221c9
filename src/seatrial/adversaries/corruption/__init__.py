"""Changes that happen without an attacker: noise, blur, occlusion."""

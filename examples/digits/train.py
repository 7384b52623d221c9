"""Train the network plainly, on the training cases of the charter, and write its weights."""

import argparse
from pathlib import Path

import torch
from model import build
from safetensors.torch import save_file
from torch.nn import functional

import seatrial


def train(charter: Path, weights: Path, seed: int, epochs: int) -> None:
    """Write weights after so many passes; one thread, so that a seed gives one model."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    cases = seatrial.training(charter)
    inputs, labels = torch.from_numpy(cases.inputs), torch.from_numpy(cases.labels)
    network = build()
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    for epoch in range(epochs):
        order = torch.randperm(len(inputs))
        for part in order.split(64):
            loss = functional.cross_entropy(network(inputs[part]), labels[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"epoch {epoch + 1:2} of {epochs}   loss {loss.item():.4f}", flush=True)
    save_file(network.state_dict(), weights)
    print(f"{len(inputs)} training cases -> {weights.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charter", type=Path, default=Path("charter.yaml"))
    parser.add_argument("--weights", type=Path, default=Path("digits.safetensors"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=12)
    arguments = parser.parse_args()
    train(arguments.charter, arguments.weights, arguments.seed, arguments.epochs)

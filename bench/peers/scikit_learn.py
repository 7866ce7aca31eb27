"""scikit-learn's side of bench/scikitLearn.ts.

  scikit_learn.py write FOLDER          the tables as CSV files with a header
  scikit_learn.py score FOLDER < JSON   [{"table", "seed", "train": [rows], "test": [rows]}, ...] -> accuracies
"""

import json
import sys
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")


def wide():
    """600 rows of 500 columns, of which 30 tell anything."""
    return make_classification(
        n_samples=600, n_features=500, n_informative=30, n_redundant=20, n_classes=3, class_sep=2.0, random_state=0
    )


TABLES = {
    "iris": lambda: load_iris(return_X_y=True),
    "wine": lambda: load_wine(return_X_y=True),
    "breast_cancer": lambda: load_breast_cancer(return_X_y=True),
    "digits": lambda: load_digits(return_X_y=True),
    "wide": wide,
}


def write(folder):
    for name, load in TABLES.items():
        x, y = load()
        with open(f"{folder}/{name}.csv", "w") as file:
            file.write(",".join(f"c{i + 1}" for i in range(x.shape[1])) + ",kind\n")
            for row, label in zip(x, y):
                file.write(",".join(repr(float(v)) for v in row) + f",class {label}\n")


def score():
    out = []
    for job in json.load(sys.stdin):
        x, y = TABLES[job["table"]]()
        train, test = np.array(job["train"]), np.array(job["test"])
        found = {}
        for name, model in {
            "mlp": MLPClassifier(max_iter=1000, random_state=job["seed"]),
            "linear": LogisticRegression(max_iter=5000),
        }.items():
            fitted = make_pipeline(StandardScaler(), model).fit(x[train], y[train])
            found[name] = fitted.score(x[test], y[test])
        out.append(found)
    print(json.dumps(out))


write(sys.argv[2]) if sys.argv[1] == "write" else score()

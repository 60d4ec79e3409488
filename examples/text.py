"""Complaints among messages: words by TF-IDF, sparse rows straight into the network."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skweighted import CostSensitiveMLPClassifier

random = np.random.default_rng(0)
common = ["order", "delivery", "invoice", "account", "question", "thanks", "please", "today", "number", "hello"]
angry = ["broken", "refund", "late", "never", "complaint", "cancel", "worst", "angry"]
is_complaint = random.random(1_500) < 0.06
texts = [
    " ".join([*random.choice(common, 8), *random.choice(angry, 2 if complaint else int(random.random() < 0.1))])
    for complaint in is_complaint
]

X_train, X_test, y_train, y_test = train_test_split(texts, is_complaint, stratify=is_complaint, random_state=0)
model = make_pipeline(
    TfidfVectorizer(),
    CostSensitiveMLPClassifier((16,), class_weight="balanced", probabilities="corrected", epochs=20, random_state=0),
)
probability = model.fit(X_train, y_train).predict_proba(X_test)[:, 1]
print(f"average precision {average_precision_score(y_test, probability):.3f}, chance {y_test.mean():.3f}")
print(f"mean probability {probability.mean():.3f}: honest in spite of the weights")
for text in np.array(X_test)[np.argsort(-probability)[:3]]:
    print("-", text)

"""List fields of machine learning the way people type them, to offer as topics."""

import re

# What most people would name first: where there is supply, these open the list.
_OPENING = """
agents, reinforcement learning, reasoning, image generation, video generation, robotics,
diffusion models, code generation, vision-language models, world models, speech,
3D reconstruction, retrieval-augmented generation, AI safety, interpretability,
autonomous driving, medical imaging, image editing, time series, graph neural networks,
information retrieval, machine translation, recommender systems, efficient inference
"""

_FURTHER = """
multimodal models, multimodal large language models, foundation models,
vision-language-action models, reasoning models, diffusion language models, generative models,
unified multimodal models, small language models, flow matching, vision transformers,
diffusion transformers, state-space models, linear attention, sparse attention,
mixture of experts, autoregressive models, GANs, variational autoencoders, tokenization,
scaling laws, normalizing flows, energy-based models, neural operators, consistency models

RLHF, GRPO, verifiable rewards, reward models, process reward models, preference optimization,
direct preference optimization, policy optimization, policy gradient, reward hacking,
offline reinforcement learning, multi-agent reinforcement learning, imitation learning,
inverse reinforcement learning, curriculum learning

pretraining, post-training, supervised fine-tuning, instruction tuning, instruction following,
parameter-efficient fine-tuning, LoRA, model merging, distillation, continual learning,
catastrophic forgetting, self-supervised learning, contrastive learning, representation learning,
transfer learning, few-shot learning, meta-learning, in-context learning, prompt engineering,
prompt optimization, active learning, semi-supervised learning, federated learning,
multi-task learning, domain adaptation, data augmentation, data curation, data selection,
data mixing, synthetic data, optimizers, neural architecture search, machine unlearning,
knowledge editing, test-time training, test-time scaling, evolutionary algorithms,
Bayesian optimization, AutoML

quantization, pruning, sparsity, KV cache, speculative decoding, inference efficiency,
model compression, long context, token compression, parallel decoding, GPU kernels,
distributed training, edge devices, LLM serving, energy efficiency

chain-of-thought, mathematical reasoning, logical reasoning, causal reasoning, visual reasoning,
multimodal reasoning, spatial reasoning, temporal reasoning, commonsense reasoning,
scientific reasoning, planning, theorem proving, formal verification, self-correction,
self-improvement, self-consistency, latent reasoning, efficient reasoning, overthinking,
neuro-symbolic AI, multi-hop reasoning, long-horizon tasks

multi-agent systems, LLM agents, coding agents, GUI agents, web agents, computer use,
search agents, deep research, tool use, function calling, agent memory, agentic search,
agentic reinforcement learning, AI scientists, scientific discovery, context engineering,
human-AI collaboration, social simulation, game playing

software engineering, program repair, text-to-SQL, code review, competitive programming,
vulnerability detection

dense retrieval, reranking, question answering, knowledge graphs, document understanding, OCR,
table understanding, summarization, multilingual models, low-resource languages, dialogue,
information extraction, text classification, misinformation, long-form generation,
creative writing, role-playing, education, personalization, text embeddings, LLM-as-a-judge

text-to-image, text-to-video, image-to-video, video editing, video understanding, video diffusion,
personalized generation, style transfer, controllable generation, character animation,
human motion, virtual try-on, inpainting, super-resolution, image restoration, image compression,
long video generation, interactive video, camera control, watermarking, deepfake detection,
layout generation, vector graphics, image captioning, visual question answering, visual grounding,
object detection, segmentation, semantic segmentation, depth estimation, pose estimation,
action recognition, anomaly detection, image classification, image retrieval, remote sensing,
scene understanding, egocentric video, image tokenizers, chart understanding

3D generation, Gaussian splatting, novel view synthesis, NeRF, 4D generation, SLAM, point clouds,
mesh generation, avatars, scene generation, CAD, physics simulation

robot manipulation, humanoid robots, locomotion, dexterous manipulation, embodied AI, navigation,
drones, sim-to-real, motion planning, teleoperation, grasping, robot learning

speech recognition, text-to-speech, speech language models, voice agents, audio generation,
music generation, audio understanding, speech translation, speaker recognition,
audio-visual learning

safety alignment, jailbreaks, red teaming, prompt injection, adversarial attacks,
backdoor attacks, privacy, differential privacy, membership inference, hallucination, factuality,
fairness, mechanistic interpretability, sparse autoencoders, calibration,
out-of-distribution generalization, guardrails, AI-generated text detection, data contamination,
memorization, steering vectors, sycophancy, model evaluation, copyright

medicine, healthcare, clinical notes, radiology, pathology, drug discovery, protein folding,
protein design, genomics, single-cell, molecules, chemistry, materials science, biology,
neuroscience, brain decoding, EEG, weather forecasting, climate, astronomy, finance, economics,
psychology, mental health, cybersecurity, chip design, wireless networks,
partial differential equations

time series forecasting, tabular data, graph learning, optimal transport, causal inference,
causal discovery, combinatorial optimization, deep learning theory, grokking, Gaussian processes,
bandits, Markov decision processes, probabilistic models, Bayesian inference, symbolic regression,
spiking neural networks, quantum machine learning
"""


def _split_names(text: str) -> tuple[str, ...]:
    names = re.split(r",|\n\n", text)
    return tuple(" ".join(name.split()) for name in names)


OPENING = _split_names(_OPENING)
FIELDS = OPENING + _split_names(_FURTHER)

"""List what is never shown as a concept, however many papers write it."""

from recommender.phrases import STOPWORDS

# Whole words and phrases: measures, units, things of every paper, names of machines and tests.
STOP_PHRASES = frozenset(
    """
    ability, ablation study, accuracy, aime, analysis, api, application, approach, architecture,
    artificial intelligence, attention computation, baseline, benchmark, binary reward,
    blind spot, capability, challenge, code, community, comparison, complexity, component,
    computational cost, conditional distribution, consistency, context, cosine similarity, cost,
    data collection, data generation, data scarcity, dataset, deep learning, deepseek r1,
    demand, development, difference, direction, domain knowledge, dominant, downstream task,
    effectiveness, efficiency, error, evaluation, evidence lower bound, execution,
    experimental result, exponential moving average, extensive experiment, fall short, feature,
    forward pass, fps, framework, function, future work, gain, gap, generation, gpt, gpt 4o,
    gpu, gpu hour, ground truth, gsm8k, h100, hidden state, high quality, hour, hugging face,
    human evaluation, image caption, improvement, inference, information, insight, issue,
    latency, learning rate, level, llama, machine learning, mechanism, method, metric, million,
    minute, mmlu, model, model performance, module, natural language, network, neural network,
    number, older adult, open source, output, parameter, percent, percentage, performance,
    pipeline, point, post processing, precision, previous work, process, quality, qwen,
    real time, real world, recall, research, residual stream, resource, result, rtx,
    scalability, scale, scoping review, score, second, segmentation mask,
    service level objective, setting, size, software development, speedup, stage,
    state of the art, step, strategy, structure, substantially, success rate,
    support conversation, system, task, technical report, technique, technology, text guidance,
    throughput, time, token, trade off, training, training data, type, value, variety, work,
    zero data, kl divergence, reverse kl divergence, gaussian noise, inference latency,
    attention weight, trust region, closed loop, structural consistency,
    """.replace("\n    ", " ")
    .strip(" ,\n")
    .split(", ")
)

# What no phrase of titles and keywords begins with: praise, and what is done to a subject.
STOP_BEGINNINGS = frozenset(
    """
    advanced advancing aligning analyzing answering augmented aware based benchmarking better
    beyond boosting bridging building capable challenging coherent competitive complete complex
    comprehensive consistent controlling critical deep designing developing diverse driven
    dynamic easy effective efficient emerging empirical empowering end enhanced enhancing
    evaluating expert explicit exploring external fast faster final fine free full fully future
    general generated generating generic good guided high higher holistic identifying implicit
    improving incentivizing incorporating input intermediate intricate investigating joint large
    latest lightweight long low lower make making massive measuring minimal mitigating modal
    natural new next non open optimal optimizing output perfect plug powerful practical pre
    precise pretrained principled probing promoting proposed proprietary quality quick rank
    rapid real reducing reliable rethinking revealing revisiting rich robust scalable scale
    scaling shot significant simple smart source specific stable state step strong substantial
    superior supervised survey systematic target task technical textual token top towards
    training transforming true turn understanding unified unifying unique universal unlocking
    unprecedented user versatile via view vital weak wild
    """.split()  # noqa: SIM905 - a list of quoted words fills three screens
)

# What no such phrase ends with: what a paper has or is, and half of a longer phrase.
STOP_ENDINGS = frozenset(
    """
    ability accuracy action adaptive agentic algorithm aligned analysis anything application
    approach architecture assessment augmented automated autoregressive aware awareness backbone
    background base based baseline bench benchmark box budget building call capability capacity
    case category centric challenge co code coherence collaborative community complexity
    component consistent constraint construction consumption context controllable controlled
    cost criteria dataset deep demand dependency description design difference dimension
    dimensional direction diversity domain driven dynamic effectiveness efficiency efficient
    embodied encoder end engine enhanced era error evaluation evidence execution experiment
    expert feature fidelity field fine first following footprint form format forward framework
    free friendly function future gain gap general generated generative geometry global goal
    gradient grained grounded guided hierarchical high horizon human improvement informed
    infrastructure input insight integrated integrity interaction interactive invocation issue
    judgment know layer learn length level limitation linear llm local long loss low mask matrix
    mechanism method methodology metric mode model module multi multimodal neural number
    observation off open oriented output overhead pair paradigm parameter part pass pattern
    performance pipeline potential powered practice preserving prior private problem procedure
    process prompt property protocol quality quantum question rate ready reduction relative
    report requirement research resolution resource result robust role rule scale scenario score
    search semantic sequence setting shot signal size solution source space sparse specific
    speed speedup stage standard step strategy structure study style suite supervised survey
    system task technical technique technology temporal text thousand throughput time timestep
    token tool toolkit trained training trajectory try tuned type unified unit update user using
    value variance video visual way wise work workflow world
    """.split()  # noqa: SIM905 - as above
)

# Products and tests that titles name as others name a subject.
PRODUCT_NAMES = frozenset(
    """
    adapter arc arena arnold browsecomp chatgpt claude deepseek flux gemini gemma gpqa janus
    llama llava mistral mmlu nemotron nvidia openai phi qwen screenspot swe
    """.split()  # noqa: SIM905 - as above
)


# Before a "d" these numbers name dimensions.
DIMENSIONS = frozenset({"2", "3", "4", "6"})


def is_stop_phrase(phrase: str) -> bool:
    """Tell whether a folded phrase may never be shown as a concept."""
    return phrase in STOP_PHRASES


def tells_no_subject(phrase: str) -> bool:
    """Tell whether a folded phrase that papers use is no concept all the same."""
    folded = phrase.split()
    if is_stop_phrase(phrase):
        return True
    if folded[0] in STOP_BEGINNINGS | STOPWORDS:
        return True
    if folded[-1] in STOP_ENDINGS | STOPWORDS:
        return True
    return any(map(is_coined, folded))


def is_coined(word: str) -> bool:
    """Tell whether a word names one system or test: "qwen3", "swebench", but not "3d"."""
    if len(word) == 1 or word in PRODUCT_NAMES:
        return True
    if word.endswith(("bench", "gpt")):
        return True
    has_digit = any(map(str.isdigit, word))
    return has_digit and word.rstrip("d") not in DIMENSIONS

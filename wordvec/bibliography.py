"""Works to cite, as BibTeX, and their printing below a paragraph."""

from collections.abc import Iterable

WORKS = {
    "dicarlo2019": """@inproceedings{dicarlo2019,
  author = {Di Carlo, Valerio and Bianchi, Federico and Palmonari, Matteo},
  title = {Training Temporal Word Embeddings with a Compass},
  booktitle = {Proceedings of the AAAI Conference on Artificial Intelligence},
  volume = {33},
  pages = {6326--6334},
  year = {2019}
}""",
    "bianchi2020": """@misc{bianchi2020,
  author = {Bianchi, Federico and Di Carlo, Valerio and Nicoli, Paolo and Palmonari, Matteo},
  title = {Compass-aligned Distributional Embeddings for Studying Semantic Differences across Corpora},
  note = {arXiv:2004.06519},
  year = {2020}
}""",
    "grzegorczyk2017": r"""@inproceedings{grzegorczyk2017,
  author = {Grzegorczyk, Karol and Kurdziel, Marcin},
  title = {Binary Paragraph Vectors},
  booktitle = {Proceedings of the 2nd Workshop on Representation Learning for {NLP}},
  pages = {121--130},
  year = {2017}
}""",
    "le2014": """@inproceedings{le2014,
  author = {Le, Quoc and Mikolov, Tomas},
  title = {Distributed Representations of Sentences and Documents},
  booktitle = {Proceedings of the 31st International Conference on Machine Learning},
  pages = {1188--1196},
  year = {2014}
}""",
    "dubossarsky2019": """@inproceedings{dubossarsky2019,
  author = {Dubossarsky, Haim and Hengchen, Simon and Tahmasebi, Nina and Schlechtweg, Dominik},
  title = {Time-Out: Temporal Referencing for Robust Modeling of Lexical Semantic Change},
  booktitle = {Proceedings of the 57th Annual Meeting of the Association for Computational Linguistics},
  pages = {457--470},
  year = {2019}
}""",
    "hamilton2016": """@inproceedings{hamilton2016,
  author = {Hamilton, William L. and Leskovec, Jure and Jurafsky, Dan},
  title = {Diachronic Word Embeddings Reveal Statistical Laws of Semantic Change},
  booktitle = {Proceedings of the 54th Annual Meeting of the Association for Computational Linguistics},
  pages = {1489--1501},
  year = {2016}
}""",
    "mikolov2013": """@inproceedings{mikolov2013,
  author = {Mikolov, Tomas and Sutskever, Ilya and Chen, Kai and Corrado, Greg S. and Dean, Jeff},
  title = {Distributed Representations of Words and Phrases and their Compositionality},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {26},
  year = {2013}
}""",
    "perozzi2014": """@inproceedings{perozzi2014,
  author = {Perozzi, Bryan and Al-Rfou, Rami and Skiena, Steven},
  title = {{DeepWalk}: Online Learning of Social Representations},
  booktitle = {Proceedings of the 20th ACM SIGKDD International Conference on Knowledge Discovery and Data Mining},
  pages = {701--710},
  year = {2014}
}""",
    "grover2016": """@inproceedings{grover2016,
  author = {Grover, Aditya and Leskovec, Jure},
  title = {{node2vec}: Scalable Feature Learning for Networks},
  booktitle = {Proceedings of the 22nd ACM SIGKDD International Conference on Knowledge Discovery and Data Mining},
  pages = {855--864},
  year = {2016}
}""",
    "liu2023": """@article{liu2023,
  author = {Liu, Renming and Hirn, Matthew and Krishnan, Arjun},
  title = {Accurately Modeling Biased Random Walks on Weighted Networks Using node2vec+},
  journal = {Bioinformatics},
  volume = {39},
  number = {1},
  year = {2023}
}""",
    "knijnenburg2009": """@article{knijnenburg2009,
  author = {Knijnenburg, Theo A. and Wessels, Lodewyk F. A. and Reinders, Marcel J. T. and Shmulevich, Ilya},
  title = {Fewer Permutations, More Accurate P-values},
  journal = {Bioinformatics},
  volume = {25},
  number = {12},
  pages = {i161--i168},
  year = {2009}
}""",
    "benjamini1995": """@article{benjamini1995,
  author = {Benjamini, Yoav and Hochberg, Yosef},
  title = {Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing},
  journal = {Journal of the Royal Statistical Society, Series B},
  volume = {57},
  number = {1},
  pages = {289--300},
  year = {1995}
}""",
    "grzegorczyk2018": """@inproceedings{grzegorczyk2018,
  author = {Grzegorczyk, Karol and Kurdziel, Marcin},
  title = {Disambiguated skip-gram model},
  booktitle = {Proceedings of the 2018 Conference on Empirical Methods in Natural Language Processing},
  pages = {1445--1454},
  year = {2018}
}""",
    "pennington2014": """@inproceedings{pennington2014,
  author = {Pennington, Jeffrey and Socher, Richard and Manning, Christopher D.},
  title = {{GloVe}: Global Vectors for Word Representation},
  booktitle = {Proceedings of the 2014 Conference on Empirical Methods in Natural Language Processing},
  pages = {1532--1543},
  year = {2014}
}""",
    "levy2015": """@article{levy2015,
  author = {Levy, Omer and Goldberg, Yoav and Dagan, Ido},
  title = {Improving Distributional Similarity with Lessons Learned from Word Embeddings},
  journal = {Transactions of the Association for Computational Linguistics},
  volume = {3},
  pages = {211--225},
  year = {2015}
}""",
    "irsoy2021": r"""@inproceedings{irsoy2021,
  author = {{\.I}rsoy, Ozan and Benton, Adrian and Stratos, Karl},
  title = {Corrected {CBOW} Performs as well as Skip-gram},
  booktitle = {Proceedings of the Second Workshop on Insights from Negative Results in NLP},
  pages = {1--8},
  year = {2021}
}""",
    "ji2016": """@misc{ji2016,
  author = {Ji, Shihao and Satish, Nadathur and Li, Sheng and Dubey, Pradeep},
  title = {Parallelizing {Word2Vec} in Shared and Distributed Memory},
  note = {arXiv:1604.04661},
  year = {2016}
}""",
    "stich2019": r"""@inproceedings{stich2019,
  author = {Stich, Sebastian U.},
  title = {Local {SGD} converges fast and communicates little},
  booktitle = {International Conference on Learning Representations},
  year = {2019}
}""",
    "recht2011": r"""@inproceedings{recht2011,
  author = {Recht, Benjamin and R{\'e}, Christopher and Wright, Stephen and Niu, Feng},
  title = {Hogwild!: A Lock-Free Approach to Parallelizing Stochastic Gradient Descent},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {24},
  year = {2011}
}""",
    "alawad2021": """@misc{alawad2021,
  author = {Alawad, Mohammed and Gao, Shang and Shekar, Mayanka Chandra and Hasan, S. M. Shamimul and Christian, J.
    Blair and Wu, Xiao-Cheng and Durbin, Eric B. and Doherty, Jennifer and Stroup, Antoinette and Coyle, Linda and
    Penberthy, Lynne and Tourassi, Georgia},
  title = {Integration of Domain Knowledge using Medical Knowledge Graph Deep Learning for Cancer Phenotyping},
  eprint = {2101.01337},
  archiveprefix = {arXiv},
  year = {2021}
}""",
    "bojanowski2017": """@article{bojanowski2017,
  author = {Bojanowski, Piotr and Grave, Edouard and Joulin, Armand and Mikolov, Tomas},
  title = {Enriching Word Vectors with Subword Information},
  journal = {Transactions of the Association for Computational Linguistics},
  volume = {5},
  pages = {135--146},
  year = {2017}
}""",
    "boyd2022": """@misc{boyd2022,
  author = {Boyd, Adriane and Warmerdam, Vincent D.},
  title = {floret: lightweight, robust word vectors},
  year = {2022}
}""",
    "zhao2023": """@misc{zhao2023,
  author = {Zhao, Haoran and Williams, Jake Ryland},
  title = {Bit Cipher: A Simple yet Powerful Word Representation System that Integrates Efficiently with Language
    Models},
  year = {2023}
}""",
    "xing2015": """@inproceedings{xing2015,
  author = {Xing, Chao and Wang, Dong and Liu, Chao and Lin, Yiye},
  title = {Normalized Word Embedding and Orthogonal Transform for Bilingual Word Translation},
  booktitle = {Proceedings of the 2015 Conference of the North American Chapter of the Association for Computational
    Linguistics: Human Language Technologies},
  pages = {1006--1011},
  year = {2015}
}""",
    "artetxe2018": """@inproceedings{artetxe2018,
  author = {Artetxe, Mikel and Labaka, Gorka and Agirre, Eneko},
  title = {A Robust Self-learning Method for Fully Unsupervised Cross-lingual Mappings of Word Embeddings},
  booktitle = {Proceedings of the 56th Annual Meeting of the Association for Computational Linguistics},
  pages = {789--798},
  year = {2018}
}""",
    "joulin2018": r"""@inproceedings{joulin2018,
  author = {Joulin, Armand and Bojanowski, Piotr and Mikolov, Tomas and J{\'e}gou, Herv{\'e} and Grave, Edouard},
  title = {Loss in Translation: Learning Bilingual Word Mapping with a Retrieval Criterion},
  booktitle = {Proceedings of the 2018 Conference on Empirical Methods in Natural Language Processing},
  pages = {2979--2984},
  year = {2018}
}""",
    "mrksic2016": """@inproceedings{mrksic2016,
  author = {Mrk{\\v{s}}i{\\'c}, Nikola and {\\'O} S{\\'e}aghdha, Diarmuid and Thomson, Blaise and Ga{\\v{s}}i{\\'c},
    Milica and Rojas-Barahona, Lina M. and Su, Pei-Hao and Vandyke, David and Wen, Tsung-Hsien and Young, Steve},
  title = {Counter-fitting Word Vectors to Linguistic Constraints},
  booktitle = {Proceedings of the 2016 Conference of the North American Chapter of the Association for Computational
    Linguistics: Human Language Technologies},
  pages = {142--148},
  year = {2016}
}""",
    "faruqui2015": """@inproceedings{faruqui2015,
  author = {Faruqui, Manaal and Dodge, Jesse and Jauhar, Sujay K. and Dyer, Chris and Hovy, Eduard and Smith, Noah A.},
  title = {Retrofitting Word Vectors to Semantic Lexicons},
  booktitle = {Proceedings of the 2015 Conference of the North American Chapter of the Association for Computational
    Linguistics: Human Language Technologies},
  pages = {1606--1615},
  year = {2015}
}""",
}


def with_works(paragraph: str, works: Iterable[str]) -> str:
    """Return a paragraph and BibTeX of the works that it cites, each once."""
    return "\n\n".join([paragraph, *(WORKS[work] for work in dict.fromkeys(works))]) + "\n"

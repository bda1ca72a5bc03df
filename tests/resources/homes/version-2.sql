BEGIN TRANSACTION;
CREATE TABLE bars (
	doc_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	"row" BIGINT NOT NULL, 
	symbol TEXT NOT NULL, 
	date TEXT NOT NULL, 
	open TEXT, 
	high TEXT, 
	low TEXT, 
	close TEXT, 
	settle TEXT, 
	prev_settle TEXT, 
	prev_close TEXT, 
	volume TEXT, 
	open_interest TEXT, 
	turnover TEXT, 
	limit_up TEXT, 
	limit_down TEXT, 
	vendor TEXT, 
	adjust TEXT, 
	as_of TEXT, 
	warnings TEXT, 
	text TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	supersedes TEXT, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "bars" VALUES('418c6a5829e1cf5b5c0e','market/bars.csv',3,'SC2406','2024-04-18','655.0','656.0','640.0','642.4','645.0','663.3',NULL,'120000','31000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest
SC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000','0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f',NULL,1,NULL);
INSERT INTO "bars" VALUES('41e141963de07dff0e39','market/bars.csv',2,'SC2406','2024-04-17','660.0','668.0','658.0','663.3','663.3','661.0',NULL,'100000','30000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest
SC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000','95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a',NULL,1,NULL);
CREATE TABLE claims (
	claim_id TEXT NOT NULL, 
	report_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	slots TEXT NOT NULL, 
	citations TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "claims" VALUES('1286daa582502d9a6757','daily:all:2024-04-18','statement','{"date":"4月18日","excerpt":"海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升","source":"《大豆到港量增加》"}','[{"doc_id":"6cafcd52a1e189b24e8c","end":36,"sha256":"c9b0bc34d4c28f039e6308d70c55d7e37da81900920bd74434ecdcb109d25bda","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('4628fe85989db9b0cc42','daily:all:2024-04-18','level','{"contract":"SC2406","date":"4月18日","high":"656.0元/桶","low":"640.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('57d15eb96bbb3dbe69f0','daily:all:2024-04-18','effect','{"excerpt":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","source":"测试研究所"}','[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12}]',20,NULL);
INSERT INTO "claims" VALUES('6bd183eed49cec88c18d','daily:all:2024-04-18','level','{"change":"1000手","contract":"SC2406","date":"4月18日","direction":"增加","open_interest":"31000手","previous":"30000手","volume":"120000手"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0},{"doc_id":"41e141963de07dff0e39","end":138,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('84b07eabb77857114567','daily:all:2024-04-18','forecast_view','{"excerpt":"测试研究所认为，未来一周原油期货以震荡为主","source":"测试研究所"}','[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49}]',20,NULL);
INSERT INTO "claims" VALUES('8f8f75174e25703d2e33','daily:all:2024-04-18','policy_change','{"date":"4月17日","excerpt":"自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%","source":"临海商品交易所"}','[{"doc_id":"447ae892727ac3c43b6a","end":58,"sha256":"e53acb5ee85db02368b19cf0794e5d66ac4f5ee357a803986814417a972dfd0f","start":18}]',20,NULL);
INSERT INTO "claims" VALUES('aed8514f4ed41f22734b','daily:all:2024-04-18','level','{"date":"4月18日","excerpt":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","source":"《原油期货夜盘下跌》"}','[{"doc_id":"0517039af7e668e6033f","end":39,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('b46c54188c5c03f769e4','daily:all:2024-04-18','price_move','{"basis":"结算价对前结算价","change":"18.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"2.76%","previous":"663.3元/桶","value":"645.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('ba347442fecdf681c2de','daily:all:2024-04-18','price_move','{"basis":"开盘价对前收盘价","change":"8.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"1.25%","previous":"663.3元/桶","value":"655.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0},{"doc_id":"41e141963de07dff0e39","end":138,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0}]',20,NULL);
INSERT INTO "claims" VALUES('0edb93c4e51866f47fea','extreme_move:SC2406:2024-04-18','level','{"date":"4月18日","excerpt":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","source":"《原油期货夜盘下跌》"}','[{"doc_id":"0517039af7e668e6033f","end":39,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0}]',21,NULL);
INSERT INTO "claims" VALUES('18ae3d26cbe51886c866','extreme_move:SC2406:2024-04-18','effect','{"excerpt":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","source":"测试研究所"}','[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12}]',21,NULL);
INSERT INTO "claims" VALUES('1b547b55f9b4c9b3fed3','extreme_move:SC2406:2024-04-18','level','{"contract":"SC2406","date":"4月18日","high":"656.0元/桶","low":"640.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0}]',21,NULL);
INSERT INTO "claims" VALUES('5aaa55ababa7add38984','extreme_move:SC2406:2024-04-18','price_move','{"basis":"结算价对前结算价","change":"18.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"2.76%","previous":"663.3元/桶","value":"645.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0}]',21,NULL);
INSERT INTO "claims" VALUES('7cc4ede123537f957834','extreme_move:SC2406:2024-04-18','level','{"change":"1000手","contract":"SC2406","date":"4月18日","direction":"增加","open_interest":"31000手","previous":"30000手","volume":"120000手"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0},{"doc_id":"41e141963de07dff0e39","end":138,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0}]',21,NULL);
INSERT INTO "claims" VALUES('aa29c6152fc294b20188','extreme_move:SC2406:2024-04-18','forecast_view','{"excerpt":"测试研究所认为，未来一周原油期货以震荡为主","source":"测试研究所"}','[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49}]',21,NULL);
INSERT INTO "claims" VALUES('aa808b436a334ba1dd0f','extreme_move:SC2406:2024-04-18','price_move','{"basis":"开盘价对前收盘价","change":"8.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"1.25%","previous":"663.3元/桶","value":"655.0元/桶"}','[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0},{"doc_id":"41e141963de07dff0e39","end":138,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0}]',21,NULL);
CREATE TABLE clauses (
	clause_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	ordinal BIGINT NOT NULL, 
	document TEXT NOT NULL, 
	version TEXT, 
	part TEXT, 
	chapter TEXT, 
	section TEXT, 
	heading TEXT, 
	article TEXT, 
	article_number BIGINT, 
	article_sub BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	start BIGINT NOT NULL, 
	"end" BIGINT NOT NULL, 
	label_start BIGINT NOT NULL, 
	zone TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "clauses" VALUES('49f6e22976df5f2e5321','24e899c7b6bd75f6e82b',1,'测试交易规则',NULL,NULL,'第一章 总则',NULL,NULL,'第二条',2,0,'本规则适用于全部测试。',36,47,32,'body',10,NULL);
INSERT INTO "clauses" VALUES('726cb89b503a61bb0676','24e899c7b6bd75f6e82b',0,'测试交易规则',NULL,NULL,'第一章 总则',NULL,NULL,'第一条',1,0,'为了规范测试，制定本规则。',18,31,14,'body',10,NULL);
INSERT INTO "clauses" VALUES('e6a55291558ce64de9cd','24e899c7b6bd75f6e82b',2,'测试交易规则',NULL,NULL,'第二章 罚则',NULL,NULL,'第三条',3,0,'违反本规则的，予以警告。',59,71,55,'body',10,NULL);
CREATE TABLE documents (
	doc_id TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	title TEXT NOT NULL, 
	source TEXT, 
	published TEXT, 
	published_date TEXT, 
	path TEXT NOT NULL, 
	"row" BIGINT, 
	source_id TEXT, 
	sha256 TEXT NOT NULL, 
	n_chars BIGINT NOT NULL, 
	duplicate_of TEXT, 
	supersedes TEXT, 
	quality_score FLOAT NOT NULL, 
	defects TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "documents" VALUES('0517039af7e668e6033f','news','原油期货夜盘下跌',NULL,'2024-04-18T09:00:00+08:00','2024-04-18','news/feed.jsonl',1,'n0','60220a38dfca3ca139a188f2a19f731c7bfe51df3557966148eba0db4188d049',40,NULL,NULL,1.0,'[]','b4cf003ea2dd1a592e9f:065de7a5070f621c0aa63ee00b547ca42228cbf925cac3692e7a484d354c04093ce988123efbcbc045de99374a9428d24e19a6c167a9f38968e83dc96f448fe8737bd51b85bc4a3a8623a6a087a1eda28e074b4e9d3fdd62ab00300bb67a47a5881f4926',11,NULL);
INSERT INTO "documents" VALUES('1f9ae2381dcbc07d650c','news','铁矿石成交回暖',NULL,'2024-04-18T12:00:00+08:00','2024-04-18','news/feed.jsonl',4,'n3','84af49e23d430cf5b7524a4225f95f1e5d49daa57c5553993e87121f76bce1b6',31,NULL,NULL,1.0,'[]','41ad54f20a1ae025e4e4:08d7e0f20b65062112b391b314112f23332427df33c5cbd234dcbf893634b87c6ac1a0896bfbd6cd7ca6401e8ad422a6a25547aba8ac4444bc7eef64be66e841c703d130c712e32fd695a0b9e349c1c3e36f024fe7988634eecc7e25f8411d5a',11,NULL);
INSERT INTO "documents" VALUES('24e899c7b6bd75f6e82b','rulebooks','测试交易规则',NULL,NULL,NULL,'rulebooks/rules.txt',NULL,NULL,'8e4ced4a8873378758f5a1bcdda4686b6856659ee06f25467ca6b11094ed6872',72,NULL,NULL,1.0,'[]','a7967af1ef9d91302643:0283e8e903c5cd2e0d7ab6f20e510a2c0f48f0e90fcaf2e016802d1016d6aace220f42d523bea8ef2d7a5bd8394bc79e3a2397ca3abcb0823fbd90c344367e1e4453d4cd4999c3de4de9d45d565a6cfa56d2e970598c1ee859be78da5facf4c4',11,NULL);
INSERT INTO "documents" VALUES('2806c55374733f6942fc','news','棉花价格平稳',NULL,NULL,NULL,'news/page.html',NULL,NULL,'50499871abc99bbe90e347bc24a85364f37c00c07ec736e385fb1f80fddc2114',81,NULL,NULL,1.0,'[]','a4580e015970fbc0e085:039e4a1f0b289c020e34d2150ec25e740fedc9dd2170894721bc59812375f8b427a98e1e336c0c3034f8a78f36b5e4a940e3258c41e1920f4692affb4b54cdea4c2fd7275b63c70d5da8d6c562a0ec6867a9f3896800aa606804983074282ce3881f4926942112f2',11,NULL);
INSERT INTO "documents" VALUES('447ae892727ac3c43b6a','policies','关于调整铜期货交易保证金比例的通知','临海商品交易所','2024-04-17','2024-04-17','policies/notice.txt',NULL,NULL,'01a185037059e008871948562aca3b3817ace23230d69705b052f57136d2d826',60,NULL,NULL,1.0,'[]','2e8b38063124c1e8bcd2:0223b82508b357ff0b289c020c6171cb0da6dbc714b489551665483c1885b47a2170894721bc598125e8d1812dfffa742e6c054b2fbd29a034222bff373ac1b2394aae9e3b8abfef3eefee143f6d21233f7195f443d67536446350234794279a942112f2cc127eacff1879b0ffef02fb',11,NULL);
INSERT INTO "documents" VALUES('66243d1971353387fdb2','news','铜库存下降',NULL,'2024-04-18T10:00:00+08:00','2024-04-18','news/feed.jsonl',2,'n1','eb52825e392b7ee450206a646de1a41c145b9daa5a5be5c32eb17ad1d46309c7',40,NULL,NULL,1.0,'[]','48da19efb34aa180af47:0db0761312079c6c194766fe2d49aff12e859c752ee5696e46597ff672eaaf3d7533612f81ecb8a989f52c038a4bca938d0ffdeb90cce6a592b7bc2d9b9e1b0a9d47314f9dfff58ca65ec8dca9ea7c3db6c30d05b837a9d4c13125efc45ae897',11,NULL);
INSERT INTO "documents" VALUES('6cafcd52a1e189b24e8c','news','大豆到港量增加',NULL,'2024-04-18T11:00:00+08:00','2024-04-18','news/feed.jsonl',3,'n2','2d12ff7b5d0846491af791de8bfdd92f36d37d73a799ec13fb661430ca9ed9c9',37,NULL,NULL,1.0,'[]','36da87ebb12c1c9fcabf:05f7464a06b1100a0b81eb7e14945a211706055322eed6872bbc4b8d2cbcc33e2deec4d632a684203b7e3eae414d18235a9abed45aa1f4026a3c622e863de20d8c64a28ba78626eba95f8be2ad8753adbe8b08dfc2f8d45dc410163ac845c9c4',11,NULL);
INSERT INTO "documents" VALUES('7ffc5b866e49e69c57c4','research','原油周评','测试研究所','2024-04-18','2024-04-18','research/note.txt',NULL,NULL,'33bc556679b1aad4990cb2e8841309e5950b20070a977f4f0a8a2c80a0d3a8a4',72,NULL,NULL,1.0,'[]','5625aa13bff02380eafe:0393d1500540dfe606a710100a5245470b07c4b1102f7ef21143bd291c2441b61dd2926f212de77324b7fa86306a3c2630bff9b234477bf238c90c0a4078a8534468f6b846a0989554de9f7c59c1dbaf616ed0246247db6e63de1e39675f32dd',11,NULL);
CREATE TABLE embedded_spans (
	span_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	basis_id TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "embedded_spans" VALUES('49f6e22976df5f2e5321','clause','24e899c7b6bd75f6e82b','03ac2e164c12ab41',15,NULL);
INSERT INTO "embedded_spans" VALUES('726cb89b503a61bb0676','clause','24e899c7b6bd75f6e82b','03ac2e164c12ab41',15,NULL);
INSERT INTO "embedded_spans" VALUES('e6a55291558ce64de9cd','clause','24e899c7b6bd75f6e82b','03ac2e164c12ab41',15,NULL);
INSERT INTO "embedded_spans" VALUES('3ece01fe021fb0581a98','slice','447ae892727ac3c43b6a','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('5c48d102f67f4bec8e79','slice','66243d1971353387fdb2','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('70b0172657b68b475061','slice','6cafcd52a1e189b24e8c','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('902812c3989546fcb037','slice','0517039af7e668e6033f','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('9d6736a06c81929dd36c','slice','1f9ae2381dcbc07d650c','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('c8ff005be3dcf6a03cee','slice','2806c55374733f6942fc','03ac2e164c12ab41',16,NULL);
INSERT INTO "embedded_spans" VALUES('fe2a0b03d3838152399e','slice','7ffc5b866e49e69c57c4','03ac2e164c12ab41',16,NULL);
CREATE TABLE files (
	path TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	mtime_ns BIGINT NOT NULL, 
	sha256 TEXT NOT NULL, 
	PRIMARY KEY (path)
);
INSERT INTO "files" VALUES('market/bars.csv','market',206,1795578930348371018,'7b9998a851c8d04271ec9af5c7eaad963db5e8e7ecaef8d70bb3182bd2708fe7');
INSERT INTO "files" VALUES('news/feed.jsonl','news',839,1795578930348150120,'ecda436dbfcd7bb2adde5107711d481fd7d82c0929f12d34fe69a31a2d1e93fc');
INSERT INTO "files" VALUES('news/page.html','news',359,1795578930348193104,'28ce7fe68c9446f81a18fe9bc47ffb66775591ce460b2c761ff27a80da95f12a');
INSERT INTO "files" VALUES('policies/notice.txt','policies',214,3591157860696114536,'32e8dd74d6f17cbc682adfb51492d58315ac54c5c86eff8488491aa686750746');
INSERT INTO "files" VALUES('research/note.txt','research',262,3591157860696565735,'d5de6f225d4171f14a85141ab6bd3dda8661f7e1c0b9cc8e0ec9007a51ba4421');
INSERT INTO "files" VALUES('rulebooks/rules.txt','rulebooks',194,1795578930347960610,'8e4ced4a8873378758f5a1bcdda4686b6856659ee06f25467ca6b11094ed6872');
CREATE TABLE gates (
	asset TEXT NOT NULL, 
	"check" TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	passed BOOLEAN NOT NULL, 
	detail TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	PRIMARY KEY (asset, "check")
);
CREATE TABLE home (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "home" VALUES('version','2');
INSERT INTO "home" VALUES('root','CORPORA');
INSERT INTO "home" VALUES('basis_id','03ac2e164c12ab41');
CREATE TABLE lexicon (
	term TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	documents BIGINT NOT NULL, 
	idf FLOAT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "lexicon" VALUES('上一交易日','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('主力合约','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('交易保证金','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('交易规则','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('到港量','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('升水','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('原油','product',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('原油期货','seed',2,1.098612,13,NULL);
INSERT INTO "lexicon" VALUES('夜盘','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('成交量','seed',2,1.098612,13,NULL);
INSERT INTO "lexicon" VALUES('持仓','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('收盘结算','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('期货合约','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('棉花','product',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('现货价格','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('补库','seed',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('豆粕','product',1,1.504077,13,NULL);
INSERT INTO "lexicon" VALUES('铁矿石','product',1,1.504077,13,NULL);
CREATE TABLE market_moves (
	move_id TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	product TEXT, 
	date TEXT NOT NULL, 
	basis TEXT NOT NULL, 
	move_pct TEXT NOT NULL, 
	value TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	is_main BOOLEAN NOT NULL, 
	doc_id TEXT NOT NULL, 
	previous_doc_id TEXT, 
	gap_days BIGINT, 
	at_limit TEXT, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "market_moves" VALUES('SC2406@2024-04-17@close_vs_prev_settle','SC2406','SC','2024-04-17','close_vs_prev_settle','0.347958','663.3','661.0',1,'41e141963de07dff0e39',NULL,NULL,NULL,6,NULL);
INSERT INTO "market_moves" VALUES('SC2406@2024-04-17@settle_vs_prev_settle','SC2406','SC','2024-04-17','settle_vs_prev_settle','0.347958','663.3','661.0',1,'41e141963de07dff0e39',NULL,NULL,NULL,6,NULL);
INSERT INTO "market_moves" VALUES('SC2406@2024-04-18@close_vs_prev_close','SC2406','SC','2024-04-18','close_vs_prev_close','-3.150912','642.4','663.3',1,'418c6a5829e1cf5b5c0e','41e141963de07dff0e39',1,NULL,6,NULL);
INSERT INTO "market_moves" VALUES('SC2406@2024-04-18@close_vs_prev_settle','SC2406','SC','2024-04-18','close_vs_prev_settle','-3.150912','642.4','663.3',1,'418c6a5829e1cf5b5c0e',NULL,1,NULL,6,NULL);
INSERT INTO "market_moves" VALUES('SC2406@2024-04-18@settle_vs_prev_settle','SC2406','SC','2024-04-18','settle_vs_prev_settle','-2.758933','645.0','663.3',1,'418c6a5829e1cf5b5c0e',NULL,1,NULL,6,NULL);
CREATE TABLE mentions (
	mention_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	start BIGINT NOT NULL, 
	"end" BIGINT NOT NULL, 
	surface TEXT NOT NULL, 
	value TEXT, 
	unit TEXT, 
	direction TEXT, 
	product TEXT, 
	role TEXT, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "mentions" VALUES('0d2cc858aa6289d39ced','0517039af7e668e6033f','product',8,10,'原油','SC',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('1f4ee9386eecc4223d67','447ae892727ac3c43b6a','percent',55,58,'10%','10','%',NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('2882d1bf94bc1868ab7a','447ae892727ac3c43b6a','product',36,37,'铜','CU',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('28b34e0b9cabaee5a284','7ffc5b866e49e69c57c4','date',12,14,'本周','2024-04-15/2024-04-21',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('49a516d9d31ba2ccb7e7','7ffc5b866e49e69c57c4','product',14,16,'原油','SC',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('4bbe010d953f9734fc27','7ffc5b866e49e69c57c4','date',29,31,'上周','2024-04-08/2024-04-14',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('589bfca4091b552b5f4d','2806c55374733f6942fc','product',20,22,'棉花','CF',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('63a98e8a3476396b10b0','66243d1971353387fdb2','date',14,16,'上周','2024-04-08/2024-04-14',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('667fb383647d54a5e5d7','2806c55374733f6942fc','date',44,49,'上一交易日',NULL,NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('6a20fce76901f404e733','7ffc5b866e49e69c57c4','product',61,63,'原油','SC',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('74305534c5d30102ad01','66243d1971353387fdb2','amount',18,21,'三千吨','3000','吨','down',NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('764234785ef59bccd461','6cafcd52a1e189b24e8c','date',10,12,'上月','2024-03',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('7c16c5872880d87e7928','7ffc5b866e49e69c57c4','product',0,2,'原油','SC',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('7eb630e3f972099a9dfa','66243d1971353387fdb2','product',10,11,'铜','CU',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('809a8c6ecfae40b287b0','2806c55374733f6942fc','product',0,2,'棉花','CF',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('87b85c2a995e197b64e3','0517039af7e668e6033f','contract',12,16,'主力合约',NULL,NULL,NULL,'SC',NULL,8,NULL);
INSERT INTO "mentions" VALUES('8899a10c0235482fa779','0517039af7e668e6033f','date',0,5,'4月18日','2024-04-18',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('94bea28d9eb545db284b','6cafcd52a1e189b24e8c','product',28,30,'豆粕','M',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('9675cf72e5aa067cf099','0517039af7e668e6033f','percent',23,27,'百分之三','3','%','down',NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('9c159cff97284534bf25','447ae892727ac3c43b6a','product',4,5,'铜','CU',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('bd255e998e74c2e77260','2806c55374733f6942fc','date',7,17,'2024年4月18日','2024-04-18',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('e069aa1834ed94df8083','447ae892727ac3c43b6a','percent',50,52,'8%','8','%',NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('f52ac4b756596ffd8c82','7ffc5b866e49e69c57c4','institution',49,54,'测试研究所','测试研究所',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('f908316da28af6a01136','447ae892727ac3c43b6a','date',19,29,'2024年4月19日','2024-04-19',NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO "mentions" VALUES('fdc95f8cd6439a7366c3','1f9ae2381dcbc07d650c','product',2,5,'铁矿石','I',NULL,NULL,NULL,NULL,8,NULL);
CREATE TABLE policy_facts (
	fact_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	ordinal BIGINT NOT NULL, 
	published_date TEXT, 
	issuer TEXT, 
	issuer_level TEXT NOT NULL, 
	product TEXT, 
	scope TEXT NOT NULL, 
	contracts TEXT NOT NULL, 
	item TEXT NOT NULL, 
	detail TEXT, 
	old TEXT, 
	new TEXT, 
	unit TEXT, 
	effective_date TEXT, 
	effective_point TEXT, 
	effective_condition TEXT, 
	has_until BOOLEAN NOT NULL, 
	until_date TEXT, 
	until_point TEXT, 
	until_condition TEXT, 
	start BIGINT NOT NULL, 
	"end" BIGINT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "policy_facts" VALUES('b825e7983fbc144c90bd','447ae892727ac3c43b6a',0,'2024-04-17','临海商品交易所','exchange','铜','all','[]','margin',NULL,'8','10','%','2024-04-19','settlement',NULL,0,NULL,NULL,NULL,36,58,7,NULL);
CREATE TABLE publications (
	publication BIGINT NOT NULL, 
	asset TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	published_at TEXT NOT NULL, 
	added BIGINT NOT NULL, 
	retired BIGINT NOT NULL, 
	PRIMARY KEY (publication)
);
INSERT INTO "publications" VALUES(1,'corpora/market','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:09+00:00',2,0);
INSERT INTO "publications" VALUES(2,'corpora/news','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:09+00:00',5,0);
INSERT INTO "publications" VALUES(3,'corpora/policies','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:09+00:00',1,0);
INSERT INTO "publications" VALUES(4,'corpora/research','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:10+00:00',1,0);
INSERT INTO "publications" VALUES(5,'corpora/rulebooks','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:10+00:00',1,0);
INSERT INTO "publications" VALUES(6,'records/market_moves','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:10+00:00',5,0);
INSERT INTO "publications" VALUES(7,'records/policy_facts','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:11+00:00',1,0);
INSERT INTO "publications" VALUES(8,'records/mentions','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:11+00:00',25,0);
INSERT INTO "publications" VALUES(9,'records/slices','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:11+00:00',7,0);
INSERT INTO "publications" VALUES(10,'records/clauses','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:12+00:00',4,0);
INSERT INTO "publications" VALUES(11,'records/documents','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:12+00:00',8,0);
INSERT INTO "publications" VALUES(12,'records/sentiment','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:13+00:00',14,0);
INSERT INTO "publications" VALUES(13,'embeddings/lexicon','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:13+00:00',18,0);
INSERT INTO "publications" VALUES(14,'records/quality','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:13+00:00',5,0);
INSERT INTO "publications" VALUES(15,'embeddings/clauses','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:15+00:00',3,0);
INSERT INTO "publications" VALUES(16,'embeddings/slices','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:15+00:00',7,0);
INSERT INTO "publications" VALUES(17,'tags/policy','ca1f076b-04bd-49c3-821a-38142998c123','2026-11-25T03:56:15+00:00',1,0);
INSERT INTO "publications" VALUES(18,'tags/news@2024-04-18','5933012c-8f56-4847-8ba0-069e9d3c0b14','2026-11-25T03:56:17+00:00',3,0);
INSERT INTO "publications" VALUES(19,'tags/research@2024-04-18','5933012c-8f56-4847-8ba0-069e9d3c0b14','2026-11-25T03:56:17+00:00',3,0);
INSERT INTO "publications" VALUES(20,'reports/daily@all@2024-04-18','5933012c-8f56-4847-8ba0-069e9d3c0b14','2026-11-25T03:56:18+00:00',10,0);
INSERT INTO "publications" VALUES(21,'reports/extreme_move@SC2406@2024-04-18','3219b918-02d5-4b08-9589-0372b07b0d2e','2026-11-25T03:56:18+00:00',8,0);
CREATE TABLE quality (
	quality_id TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	source TEXT, 
	published_date TEXT, 
	documents BIGINT NOT NULL, 
	chars BIGINT NOT NULL, 
	score_mean FLOAT NOT NULL, 
	score_least FLOAT NOT NULL, 
	defects TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "quality" VALUES('06d9d5371e82ced6caf1','policies','临海商品交易所','2024-04-17',1,60,1.0,1.0,'{}',14,NULL);
INSERT INTO "quality" VALUES('69d19537f9b72521bc1f','news',NULL,'2024-04-18',4,148,1.0,1.0,'{}',14,NULL);
INSERT INTO "quality" VALUES('89b78a69a43424311b38','research','测试研究所','2024-04-18',1,72,1.0,1.0,'{}',14,NULL);
INSERT INTO "quality" VALUES('8dd642f503dd3e45a071','rulebooks',NULL,NULL,1,72,1.0,1.0,'{}',14,NULL);
INSERT INTO "quality" VALUES('b889178334dd5ffec22d','news',NULL,NULL,1,81,1.0,1.0,'{}',14,NULL);
CREATE TABLE quarantine (
	id TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	source TEXT NOT NULL, 
	"row" BIGINT, 
	reason TEXT NOT NULL, 
	message TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "quarantine" VALUES('d0047bf2b1baec72','corpora/rulebooks#listing','corpora','corpora/market/bars.csv',NULL,'lane_unknown','corpora/market/bars.csv: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('e1ec0cc5a08efb69','corpora/rulebooks#listing','corpora','corpora/news/feed.jsonl',NULL,'lane_unknown','corpora/news/feed.jsonl: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('b192c191b66d7e89','corpora/rulebooks#listing','corpora','corpora/news/page.html',NULL,'lane_unknown','corpora/news/page.html: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('2e0c2e48d7c7249a','corpora/rulebooks#listing','corpora','corpora/policies/notice.meta.json',NULL,'lane_unknown','corpora/policies/notice.meta.json: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('ee25bde28170ee63','corpora/rulebooks#listing','corpora','corpora/policies/notice.txt',NULL,'lane_unknown','corpora/policies/notice.txt: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('6eb08d4de34dc7d5','corpora/rulebooks#listing','corpora','corpora/research/note.meta.json',NULL,'lane_unknown','corpora/research/note.meta.json: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('507d6a436aef2c9a','corpora/rulebooks#listing','corpora','corpora/research/note.txt',NULL,'lane_unknown','corpora/research/note.txt: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
INSERT INTO "quarantine" VALUES('738081312575c79a','corpora/rulebooks#listing','corpora','corpora/rulebooks/rules.txt',NULL,'lane_unknown','corpora/rulebooks/rules.txt: it stands outside the lanes; move it into one of rulebooks, policies, news, research, market.');
CREATE TABLE reports (
	report_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	day TEXT NOT NULL, 
	status TEXT NOT NULL, 
	title TEXT NOT NULL, 
	engine TEXT NOT NULL, 
	evidence_publication BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "reports" VALUES('daily:all:2024-04-18',1,'daily','all','2024-04-18','checked','4月18日关键舆情分析','extractive',19,'{"checks":[{"detail":"10 of 10 sentences cited, 46 of 46 numbers traced, 0 left out","name":"verify","passed":true}],"manifest":{"code_version":"reports/1","documents":{"0517039af7e668e6033f":"60220a38dfca3ca139a188f2a19f731c7bfe51df3557966148eba0db4188d049","418c6a5829e1cf5b5c0e":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","41e141963de07dff0e39":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","447ae892727ac3c43b6a":"01a185037059e008871948562aca3b3817ace23230d69705b052f57136d2d826","6cafcd52a1e189b24e8c":"2d12ff7b5d0846491af791de8bfdd92f36d37d73a799ec13fb661430ca9ed9c9","7ffc5b866e49e69c57c4":"33bc556679b1aad4990cb2e8841309e5950b20070a977f4f0a8a2c80a0d3a8a4"},"engine":"extractive","parameters":{"basis":"close_vs_prev_settle","day":"2024-04-18","evening_before_from_hour":17,"policy_days":7},"publication":19},"sections":[{"heading":"原油：行情概述","note":null,"sentences":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"b46c54188c5c03f769e4","kind":"price_move","slots":{"basis":"收盘价对前结算价","change":"20.9元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"3.15%","previous":"663.3元/桶","value":"642.4元/桶"}}],"sources":1,"text":"4月18日，SC2406合约收报642.4元/桶，较前结算价663.3元/桶下跌20.9元/桶，跌幅3.15%（收盘价对前结算价）。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"b46c54188c5c03f769e4","kind":"price_move","slots":{"basis":"结算价对前结算价","change":"18.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"2.76%","previous":"663.3元/桶","value":"645.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约结算价645.0元/桶，较前结算价663.3元/桶下跌18.3元/桶，跌幅2.76%（结算价对前结算价）。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"4628fe85989db9b0cc42","kind":"level","slots":{"contract":"SC2406","date":"4月18日","high":"656.0元/桶","low":"640.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约最高价656.0元/桶，最低价640.0元/桶。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claim_id":"6bd183eed49cec88c18d","kind":"level","slots":{"change":"1000手","contract":"SC2406","date":"4月18日","direction":"增加","open_interest":"31000手","previous":"30000手","volume":"120000手"}}],"sources":1,"text":"4月18日，SC2406合约成交量120000手，持仓量31000手，较前一交易日持仓量30000手增加1000手。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claim_id":"ba347442fecdf681c2de","kind":"price_move","slots":{"basis":"开盘价对前收盘价","change":"8.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"1.25%","previous":"663.3元/桶","value":"655.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约开盘价655.0元/桶，较前收盘价663.3元/桶下跌8.3元/桶，跌幅1.25%（开盘价对前收盘价）。"},{"citations":[{"doc_id":"0517039af7e668e6033f","end":39,"path":"news/feed.jsonl","quote":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","row":1,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0,"title":"原油期货夜盘下跌"}],"claims":[{"citations":[{"doc_id":"0517039af7e668e6033f","end":39,"path":"news/feed.jsonl","quote":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","row":1,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0,"title":"原油期货夜盘下跌"}],"claim_id":"aed8514f4ed41f22734b","kind":"level","slots":{"date":"4月18日","excerpt":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","source":"《原油期货夜盘下跌》"}}],"sources":1,"text":"据《原油期货夜盘下跌》4月18日消息，4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。"}]},{"heading":"原油：影响","note":null,"sentences":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"path":"research/note.txt","quote":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","row":null,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12,"title":"原油周评"}],"claims":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"path":"research/note.txt","quote":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","row":null,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12,"title":"原油周评"}],"claim_id":"57d15eb96bbb3dbe69f0","kind":"effect","slots":{"excerpt":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","source":"测试研究所"}}],"sources":1,"text":"测试研究所表示，本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大。"}]},{"heading":"原油：未来走势","note":null,"sentences":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"claims":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"claim_id":"84b07eabb77857114567","kind":"forecast_view","slots":{"excerpt":"测试研究所认为，未来一周原油期货以震荡为主","source":"测试研究所"}}],"sources":1,"text":"测试研究所表示，测试研究所认为，未来一周原油期货以震荡为主。"}]},{"heading":"豆粕：行情概述","note":null,"sentences":[{"citations":[{"doc_id":"6cafcd52a1e189b24e8c","end":36,"path":"news/feed.jsonl","quote":"海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升","row":3,"sha256":"c9b0bc34d4c28f039e6308d70c55d7e37da81900920bd74434ecdcb109d25bda","start":0,"title":"大豆到港量增加"}],"claims":[{"citations":[{"doc_id":"6cafcd52a1e189b24e8c","end":36,"path":"news/feed.jsonl","quote":"海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升","row":3,"sha256":"c9b0bc34d4c28f039e6308d70c55d7e37da81900920bd74434ecdcb109d25bda","start":0,"title":"大豆到港量增加"}],"claim_id":"1286daa582502d9a6757","kind":"statement","slots":{"date":"4月18日","excerpt":"海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升","source":"《大豆到港量增加》"}}],"sources":1,"text":"据《大豆到港量增加》4月18日消息，海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升。"}]},{"heading":"政策变化","note":null,"sentences":[{"citations":[{"doc_id":"447ae892727ac3c43b6a","end":58,"path":"policies/notice.txt","quote":"自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%","row":null,"sha256":"e53acb5ee85db02368b19cf0794e5d66ac4f5ee357a803986814417a972dfd0f","start":18,"title":"关于调整铜期货交易保证金比例的通知"}],"claims":[{"citations":[{"doc_id":"447ae892727ac3c43b6a","end":58,"path":"policies/notice.txt","quote":"自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%","row":null,"sha256":"e53acb5ee85db02368b19cf0794e5d66ac4f5ee357a803986814417a972dfd0f","start":18,"title":"关于调整铜期货交易保证金比例的通知"}],"claim_id":"8f8f75174e25703d2e33","kind":"policy_change","slots":{"date":"4月17日","excerpt":"自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%","source":"临海商品交易所"}}],"sources":1,"text":"根据临海商品交易所4月17日通知，自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%。"}]}],"viewpoints":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"holders":["测试研究所"],"horizon":"短期","stance":"neutral","target":"原油"}]}',20,NULL);
INSERT INTO "reports" VALUES('extreme_move:SC2406:2024-04-18',1,'extreme_move','SC2406','2024-04-18','checked','4月18日原油期货极端行情分析：SC2406下跌3.15%','extractive',20,'{"checks":[{"detail":"8 of 8 sentences cited, 37 of 37 numbers traced, 0 left out","name":"verify","passed":true}],"manifest":{"code_version":"reports/1","documents":{"0517039af7e668e6033f":"60220a38dfca3ca139a188f2a19f731c7bfe51df3557966148eba0db4188d049","418c6a5829e1cf5b5c0e":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","41e141963de07dff0e39":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","7ffc5b866e49e69c57c4":"33bc556679b1aad4990cb2e8841309e5950b20070a977f4f0a8a2c80a0d3a8a4"},"engine":"extractive","parameters":{"basis":"close_vs_prev_settle","day":"2024-04-18","evening_before_from_hour":17,"policy_days":7},"publication":20},"sections":[{"heading":"事件概述","note":null,"sentences":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"5aaa55ababa7add38984","kind":"price_move","slots":{"basis":"收盘价对前结算价","change":"20.9元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"3.15%","previous":"663.3元/桶","value":"642.4元/桶"}}],"sources":1,"text":"4月18日，SC2406合约收报642.4元/桶，较前结算价663.3元/桶下跌20.9元/桶，跌幅3.15%（收盘价对前结算价）。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"5aaa55ababa7add38984","kind":"price_move","slots":{"basis":"结算价对前结算价","change":"18.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"2.76%","previous":"663.3元/桶","value":"645.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约结算价645.0元/桶，较前结算价663.3元/桶下跌18.3元/桶，跌幅2.76%（结算价对前结算价）。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"}],"claim_id":"1b547b55f9b4c9b3fed3","kind":"level","slots":{"contract":"SC2406","date":"4月18日","high":"656.0元/桶","low":"640.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约最高价656.0元/桶，最低价640.0元/桶。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claim_id":"7cc4ede123537f957834","kind":"level","slots":{"change":"1000手","contract":"SC2406","date":"4月18日","direction":"增加","open_interest":"31000手","previous":"30000手","volume":"120000手"}}],"sources":1,"text":"4月18日，SC2406合约成交量120000手，持仓量31000手，较前一交易日持仓量30000手增加1000手。"},{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claims":[{"citations":[{"doc_id":"418c6a5829e1cf5b5c0e","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-18,655.0,656.0,640.0,642.4,645.0,663.3,120000,31000","row":3,"sha256":"0057b37a8cd4211d27129678ccc933680dee9a87af7bdca32f51186d96dcc52f","start":0,"title":"SC2406 2024-04-18"},{"doc_id":"41e141963de07dff0e39","end":138,"path":"market/bars.csv","quote":"symbol,date,open,high,low,close,settle,prev_settle,volume,open_interest\nSC2406,2024-04-17,660.0,668.0,658.0,663.3,663.3,661.0,100000,30000","row":2,"sha256":"95f69392f60f7a010cec55ea87fc84caafcc15dca339b80f2718a3d9c849398a","start":0,"title":"SC2406 2024-04-17"}],"claim_id":"aa808b436a334ba1dd0f","kind":"price_move","slots":{"basis":"开盘价对前收盘价","change":"8.3元/桶","contract":"SC2406","date":"4月18日","direction":"下跌","pct":"1.25%","previous":"663.3元/桶","value":"655.0元/桶"}}],"sources":1,"text":"4月18日，SC2406合约开盘价655.0元/桶，较前收盘价663.3元/桶下跌8.3元/桶，跌幅1.25%（开盘价对前收盘价）。"},{"citations":[{"doc_id":"0517039af7e668e6033f","end":39,"path":"news/feed.jsonl","quote":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","row":1,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0,"title":"原油期货夜盘下跌"}],"claims":[{"citations":[{"doc_id":"0517039af7e668e6033f","end":39,"path":"news/feed.jsonl","quote":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","row":1,"sha256":"8a545173a53eea6ad949c0e10c7c6b5190b7b78666cd94e9a8d021b084379864","start":0,"title":"原油期货夜盘下跌"}],"claim_id":"0edb93c4e51866f47fea","kind":"level","slots":{"date":"4月18日","excerpt":"4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱","source":"《原油期货夜盘下跌》"}}],"sources":1,"text":"据《原油期货夜盘下跌》4月18日消息，4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。"}]},{"heading":"原因分析","note":"当日资料中没有署名的原因分析。","sentences":[]},{"heading":"影响","note":null,"sentences":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"path":"research/note.txt","quote":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","row":null,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12,"title":"原油周评"}],"claims":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":40,"path":"research/note.txt","quote":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","row":null,"sha256":"ae6236274c9258e359d79287f4ca831f7c10ba3b26050a41a60299e131cfd586","start":12,"title":"原油周评"}],"claim_id":"18ae3d26cbe51886c866","kind":"effect","slots":{"excerpt":"本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大","source":"测试研究所"}}],"sources":1,"text":"测试研究所表示，本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大。"}]},{"heading":"后市观点","note":null,"sentences":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"claims":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"claim_id":"aa29c6152fc294b20188","kind":"forecast_view","slots":{"excerpt":"测试研究所认为，未来一周原油期货以震荡为主","source":"测试研究所"}}],"sources":1,"text":"测试研究所表示，测试研究所认为，未来一周原油期货以震荡为主。"}]}],"viewpoints":[{"citations":[{"doc_id":"7ffc5b866e49e69c57c4","end":70,"path":"research/note.txt","quote":"测试研究所认为，未来一周原油期货以震荡为主","row":null,"sha256":"0606b00b75dec436021043b34d4dff2b5f123e2297adb4f79c56d2f25e8c6621","start":49,"title":"原油周评"}],"holders":["测试研究所"],"horizon":"短期","stance":"neutral","target":"原油"}]}',21,NULL);
CREATE TABLE rulebooks (
	doc_id TEXT NOT NULL, 
	document TEXT NOT NULL, 
	version TEXT, 
	adopted_date TEXT, 
	effective_date TEXT, 
	effective_origin TEXT, 
	number TEXT, 
	aliases TEXT NOT NULL, 
	names TEXT NOT NULL, 
	repeals TEXT NOT NULL, 
	n_clauses BIGINT NOT NULL, 
	clause_chars_p99 BIGINT NOT NULL, 
	dropped TEXT NOT NULL, 
	accounted_ratio FLOAT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "rulebooks" VALUES('24e899c7b6bd75f6e82b','测试交易规则',NULL,NULL,NULL,NULL,NULL,'[]','[]','[]',3,13,'[{"end":6,"reason":"title","start":0},{"end":13,"reason":"heading","start":7},{"end":54,"reason":"heading","start":48}]',1.0,10,NULL);
CREATE TABLE sentiments (
	sentiment_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	slice_id TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	published_date TEXT, 
	target_kind TEXT, 
	target_value TEXT, 
	label TEXT NOT NULL, 
	score TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	start BIGINT NOT NULL, 
	"end" BIGINT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "sentiments" VALUES('0ea6363e22d220f0e1b6','2806c55374733f6942fc','c8ff005be3dcf6a03cee','news',NULL,NULL,NULL,'positive','0.4000','[{"end":6,"start":4,"weight":100},{"end":30,"start":28,"weight":100},{"end":56,"start":54,"weight":-100},{"end":80,"start":78,"weight":100}]',0,81,12,NULL);
INSERT INTO "sentiments" VALUES('1dee010bcab2c8e2a93b','7ffc5b866e49e69c57c4','fe2a0b03d3838152399e','research','2024-04-18','product','SC','negative','-0.1429','[{"end":68,"start":66,"weight":-50}]',0,2,12,NULL);
INSERT INTO "sentiments" VALUES('4d18ac624bfe9a955cb9','66243d1971353387fdb2','5c48d102f67f4bec8e79','news','2024-04-18','product','CU','positive','0.5652','[{"end":18,"start":11,"weight":130},{"end":28,"start":24,"weight":200},{"end":38,"start":37,"weight":60}]',10,11,12,NULL);
INSERT INTO "sentiments" VALUES('50396d9332c4ee617047','1f9ae2381dcbc07d650c','9d6736a06c81929dd36c','news','2024-04-18','product','I','positive','0.6053','[{"end":11,"start":9,"weight":200},{"end":16,"start":14,"weight":200},{"end":20,"start":18,"weight":60}]',2,5,12,NULL);
INSERT INTO "sentiments" VALUES('62172a3a85365bf2a8e1','7ffc5b866e49e69c57c4','fe2a0b03d3838152399e','research','2024-04-18',NULL,NULL,'negative','-0.1429','[{"end":68,"start":66,"weight":-50}]',0,71,12,NULL);
INSERT INTO "sentiments" VALUES('6dc34870697850e36586','447ae892727ac3c43b6a','3ece01fe021fb0581a98','policies','2024-04-17',NULL,NULL,'neutral','0.0000','[]',0,59,12,NULL);
INSERT INTO "sentiments" VALUES('8160ad4f4fbb690b61c0','6cafcd52a1e189b24e8c','70b0172657b68b475061','news','2024-04-18','product','M','neutral','0.0000','[{"end":19,"start":14,"weight":-130},{"end":27,"start":25,"weight":200},{"end":34,"start":30,"weight":130},{"end":36,"start":30,"weight":-200}]',28,30,12,NULL);
INSERT INTO "sentiments" VALUES('8f14dfc237a6d35a17ae','6cafcd52a1e189b24e8c','70b0172657b68b475061','news','2024-04-18',NULL,NULL,'neutral','0.0000','[{"end":19,"start":14,"weight":-130},{"end":27,"start":25,"weight":200},{"end":34,"start":30,"weight":130},{"end":36,"start":30,"weight":-200}]',0,37,12,NULL);
INSERT INTO "sentiments" VALUES('a9167fe53b0786462035','0517039af7e668e6033f','902812c3989546fcb037','news','2024-04-18','product','SC','negative','-0.6203','[{"end":18,"start":12,"weight":-260},{"end":21,"start":19,"weight":-100},{"end":39,"start":35,"weight":-130}]',8,10,12,NULL);
INSERT INTO "sentiments" VALUES('c97e9af0804607a417ec','447ae892727ac3c43b6a','3ece01fe021fb0581a98','policies','2024-04-17','product','CU','neutral','0.0000','[]',4,5,12,NULL);
INSERT INTO "sentiments" VALUES('cbe399b38497014e5528','66243d1971353387fdb2','5c48d102f67f4bec8e79','news','2024-04-18',NULL,NULL,'positive','0.5652','[{"end":18,"start":11,"weight":130},{"end":28,"start":24,"weight":200},{"end":38,"start":37,"weight":60}]',0,40,12,NULL);
INSERT INTO "sentiments" VALUES('d1d9af27e15bce179688','0517039af7e668e6033f','902812c3989546fcb037','news','2024-04-18',NULL,NULL,'negative','-0.6203','[{"end":18,"start":12,"weight":-260},{"end":21,"start":19,"weight":-100},{"end":39,"start":35,"weight":-130}]',0,40,12,NULL);
INSERT INTO "sentiments" VALUES('f97c8aa85cb0e0c38ce6','1f9ae2381dcbc07d650c','9d6736a06c81929dd36c','news','2024-04-18',NULL,NULL,'positive','0.6053','[{"end":11,"start":9,"weight":200},{"end":16,"start":14,"weight":200},{"end":20,"start":18,"weight":60}]',0,31,12,NULL);
INSERT INTO "sentiments" VALUES('fd75582b68e1ad50f5eb','2806c55374733f6942fc','c8ff005be3dcf6a03cee','news',NULL,'product','CF','positive','0.4000','[{"end":6,"start":4,"weight":100},{"end":30,"start":28,"weight":100},{"end":56,"start":54,"weight":-100},{"end":80,"start":78,"weight":100}]',0,2,12,NULL);
CREATE TABLE slices (
	slice_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	published_date TEXT, 
	ordinal BIGINT NOT NULL, 
	heading TEXT, 
	start BIGINT NOT NULL, 
	"end" BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	joined TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "slices" VALUES('3ece01fe021fb0581a98','447ae892727ac3c43b6a','policies','2024-04-17',0,NULL,0,59,'关于调整铜期货交易保证金比例的通知
自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%。','d8ff868cab8bc757cbc3f44631e887b1e091c183cc323602b8bf66c790042f4c','[{"end":17,"r1":null,"r2":0.355756,"start":0,"to":"next"}]',9,NULL);
INSERT INTO "slices" VALUES('5c48d102f67f4bec8e79','66243d1971353387fdb2','news','2024-04-18',0,NULL,0,40,'临海商品交易所公布的铜库存较上周下降三千吨，现货升水走高，下游企业采购意愿增强。','eb52825e392b7ee450206a646de1a41c145b9daa5a5be5c32eb17ad1d46309c7','[]',9,NULL);
INSERT INTO "slices" VALUES('70b0172657b68b475061','6cafcd52a1e189b24e8c','news','2024-04-18',0,NULL,0,37,'海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升。','2d12ff7b5d0846491af791de8bfdd92f36d37d73a799ec13fb661430ca9ed9c9','[]',9,NULL);
INSERT INTO "slices" VALUES('902812c3989546fcb037','0517039af7e668e6033f','news','2024-04-18',0,NULL,0,40,'4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。','60220a38dfca3ca139a188f2a19f731c7bfe51df3557966148eba0db4188d049','[]',9,NULL);
INSERT INTO "slices" VALUES('9d6736a06c81929dd36c','1f9ae2381dcbc07d650c','news','2024-04-18',0,NULL,0,31,'港口铁矿石现货成交回暖，钢厂补库节奏加快，贸易商挺价意愿较强。','84af49e23d430cf5b7524a4225f95f1e5d49daa57c5553993e87121f76bce1b6','[]',9,NULL);
INSERT INTO "slices" VALUES('c8ff005be3dcf6a03cee','2806c55374733f6942fc','news',NULL,0,NULL,0,81,'棉花价格平稳
2024年4月18日，国内棉花现货价格保持平稳，纺织企业按需采购，成交量与上一交易日持平，市场观望情绪较浓。
业内人士介绍，新年度种植面积基本稳定。','50499871abc99bbe90e347bc24a85364f37c00c07ec736e385fb1f80fddc2114','[{"end":6,"r1":null,"r2":0.180907,"start":0,"to":"next"},{"end":81,"r1":0.0,"r2":null,"start":62,"to":"previous"}]',9,NULL);
INSERT INTO "slices" VALUES('fe2a0b03d3838152399e','7ffc5b866e49e69c57c4','research','2024-04-18',0,NULL,0,71,'原油周评
一、行情回顾
本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大。
二、后市展望
测试研究所认为，未来一周原油期货以震荡为主。','3ab77ed9a524fdcf840a433caa6674e88f63d779a80a72140b636bee6e2670db','[{"end":4,"r1":null,"r2":0.099015,"start":0,"to":"next"},{"end":41,"r1":null,"r2":0.154083,"start":0,"to":"next"}]',9,NULL);
CREATE TABLE sources (
	doc_id TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	path TEXT NOT NULL, 
	"row" BIGINT, 
	source_id TEXT, 
	title TEXT NOT NULL, 
	source TEXT, 
	url TEXT, 
	published TEXT, 
	published_date TEXT, 
	date_origin TEXT, 
	classification TEXT, 
	format TEXT NOT NULL, 
	encoding TEXT, 
	text TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	n_chars BIGINT NOT NULL, 
	supersedes TEXT, 
	meta TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "sources" VALUES('0517039af7e668e6033f','news','news/feed.jsonl',1,'n0','原油期货夜盘下跌',NULL,NULL,'2024-04-18T09:00:00+08:00','2024-04-18','feed',NULL,'jsonl','utf-8','4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。','60220a38dfca3ca139a188f2a19f731c7bfe51df3557966148eba0db4188d049',40,NULL,'{}',2,NULL);
INSERT INTO "sources" VALUES('1f9ae2381dcbc07d650c','news','news/feed.jsonl',4,'n3','铁矿石成交回暖',NULL,NULL,'2024-04-18T12:00:00+08:00','2024-04-18','feed',NULL,'jsonl','utf-8','港口铁矿石现货成交回暖，钢厂补库节奏加快，贸易商挺价意愿较强。','84af49e23d430cf5b7524a4225f95f1e5d49daa57c5553993e87121f76bce1b6',31,NULL,'{}',2,NULL);
INSERT INTO "sources" VALUES('2806c55374733f6942fc','news','news/page.html',NULL,NULL,'棉花价格平稳',NULL,NULL,NULL,NULL,NULL,NULL,'html','utf-8','棉花价格平稳
2024年4月18日，国内棉花现货价格保持平稳，纺织企业按需采购，成交量与上一交易日持平，市场观望情绪较浓。
业内人士介绍，新年度种植面积基本稳定。','50499871abc99bbe90e347bc24a85364f37c00c07ec736e385fb1f80fddc2114',81,NULL,'{}',2,NULL);
INSERT INTO "sources" VALUES('66243d1971353387fdb2','news','news/feed.jsonl',2,'n1','铜库存下降',NULL,NULL,'2024-04-18T10:00:00+08:00','2024-04-18','feed',NULL,'jsonl','utf-8','临海商品交易所公布的铜库存较上周下降三千吨，现货升水走高，下游企业采购意愿增强。','eb52825e392b7ee450206a646de1a41c145b9daa5a5be5c32eb17ad1d46309c7',40,NULL,'{}',2,NULL);
INSERT INTO "sources" VALUES('6cafcd52a1e189b24e8c','news','news/feed.jsonl',3,'n2','大豆到港量增加',NULL,NULL,'2024-04-18T11:00:00+08:00','2024-04-18','feed',NULL,'jsonl','utf-8','海关公布的数据显示，上月大豆到港量增加，油厂开机率回升，豆粕库存止降回升。','2d12ff7b5d0846491af791de8bfdd92f36d37d73a799ec13fb661430ca9ed9c9',37,NULL,'{}',2,NULL);
INSERT INTO "sources" VALUES('447ae892727ac3c43b6a','policies','policies/notice.txt',NULL,NULL,'关于调整铜期货交易保证金比例的通知','临海商品交易所',NULL,'2024-04-17','2024-04-17','sidecar',NULL,'txt','utf-8','关于调整铜期货交易保证金比例的通知
自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%。
','01a185037059e008871948562aca3b3817ace23230d69705b052f57136d2d826',60,NULL,'{}',3,NULL);
INSERT INTO "sources" VALUES('7ffc5b866e49e69c57c4','research','research/note.txt',NULL,NULL,'原油周评','测试研究所',NULL,'2024-04-18','2024-04-18','sidecar',NULL,'txt','utf-8','原油周评
一、行情回顾
本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大。
二、后市展望
测试研究所认为，未来一周原油期货以震荡为主。
','33bc556679b1aad4990cb2e8841309e5950b20070a977f4f0a8a2c80a0d3a8a4',72,NULL,'{}',4,NULL);
INSERT INTO "sources" VALUES('24e899c7b6bd75f6e82b','rulebooks','rulebooks/rules.txt',NULL,NULL,'测试交易规则',NULL,NULL,NULL,NULL,NULL,NULL,'txt','utf-8','测试交易规则
第一章 总则
第一条 为了规范测试，制定本规则。
第二条 本规则适用于全部测试。
第二章 罚则
第三条 违反本规则的，予以警告。
','8e4ced4a8873378758f5a1bcdda4686b6856659ee06f25467ca6b11094ed6872',72,NULL,'{}',5,NULL);
CREATE TABLE tag_leaves (
	leaf_id TEXT NOT NULL, 
	tree_id TEXT NOT NULL, 
	tag_id TEXT NOT NULL, 
	slice_id TEXT NOT NULL, 
	doc_id TEXT NOT NULL, 
	ordinal BIGINT NOT NULL, 
	summary TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "tag_leaves" VALUES('b3fb1d1df1dbc01fe0fd','news@2024-04-18','517cc8c398efc0cac05e','902812c3989546fcb037','0517039af7e668e6033f',0,'4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。','["夜盘","原油期货主力合约下跌","预期"]',18,NULL);
INSERT INTO "tag_leaves" VALUES('54938f736b0765449fe1','research@2024-04-18','b120ab929fe8910b2283','fe2a0b03d3838152399e','7ffc5b866e49e69c57c4',0,'测试研究所认为，未来一周原油期货以震荡为主。','["成交量","测试研究所","持仓"]',19,NULL);
CREATE TABLE tag_nodes (
	node_id TEXT NOT NULL, 
	tree_id TEXT NOT NULL, 
	tag_id TEXT NOT NULL, 
	parent_id TEXT, 
	level BIGINT NOT NULL, 
	ordinal BIGINT NOT NULL, 
	label TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	n_leaves BIGINT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "tag_nodes" VALUES('f49cf0604fae43de1b17','news@2024-04-18','517cc8c398efc0cac05e',NULL,1,0,'行情概述','4月18日夜盘，原油期货主力合约下跌，跌幅超过百分之三，市场人士称需求预期转弱。',1,18,NULL);
INSERT INTO "tag_nodes" VALUES('f7435047060038aa004f','research@2024-04-18','b120ab929fe8910b2283',NULL,1,0,'未来走势预测','测试研究所认为，未来一周原油期货以震荡为主。',1,19,NULL);
CREATE TABLE tag_trees (
	tree_id TEXT NOT NULL, 
	profile TEXT NOT NULL, 
	subject TEXT, 
	day TEXT, 
	engine TEXT NOT NULL, 
	basis_id TEXT NOT NULL, 
	stats TEXT NOT NULL, 
	added_in BIGINT NOT NULL, 
	retired_in BIGINT
);
INSERT INTO "tag_trees" VALUES('policy','policy','原油',NULL,'extractive','03ac2e164c12ab41','{"chat_calls":0,"embed_calls":0,"excluded":{"irrelevant":1},"levels":0,"other":0,"slices":0,"tags":0}',17,NULL);
INSERT INTO "tag_trees" VALUES('news@2024-04-18','news','原油','2024-04-18','extractive','03ac2e164c12ab41','{"chat_calls":0,"embed_calls":0,"excluded":{"irrelevant":3},"levels":1,"other":0,"slices":1,"tags":1}',18,NULL);
INSERT INTO "tag_trees" VALUES('research@2024-04-18','research','原油','2024-04-18','extractive','03ac2e164c12ab41','{"chat_calls":0,"embed_calls":0,"excluded":{},"levels":1,"other":0,"slices":1,"tags":1}',19,NULL);
CREATE TABLE watermarks (
	asset TEXT NOT NULL, 
	publication BIGINT NOT NULL, 
	code_version TEXT NOT NULL, 
	PRIMARY KEY (asset)
);
INSERT INTO "watermarks" VALUES('corpora/market',0,'2');
INSERT INTO "watermarks" VALUES('corpora/news',1,'2');
INSERT INTO "watermarks" VALUES('corpora/policies',2,'2');
INSERT INTO "watermarks" VALUES('corpora/research',3,'2');
INSERT INTO "watermarks" VALUES('corpora/rulebooks',4,'2');
INSERT INTO "watermarks" VALUES('records/market_moves',5,'2');
INSERT INTO "watermarks" VALUES('records/policy_facts',6,'2');
INSERT INTO "watermarks" VALUES('records/mentions',7,'2');
INSERT INTO "watermarks" VALUES('records/slices',8,'1');
INSERT INTO "watermarks" VALUES('records/clauses',9,'2');
INSERT INTO "watermarks" VALUES('records/documents',10,'2');
INSERT INTO "watermarks" VALUES('records/sentiment',11,'1-2');
INSERT INTO "watermarks" VALUES('embeddings/lexicon',12,'1');
INSERT INTO "watermarks" VALUES('records/quality',13,'1');
INSERT INTO "watermarks" VALUES('embeddings/clauses',14,'1:03ac2e164c12ab41');
INSERT INTO "watermarks" VALUES('embeddings/slices',15,'1:03ac2e164c12ab41');
INSERT INTO "watermarks" VALUES('tags/policy',16,'1:03ac2e164c12ab41');
INSERT INTO "watermarks" VALUES('tags/news@2024-04-18',17,'1:03ac2e164c12ab41');
INSERT INTO "watermarks" VALUES('tags/research@2024-04-18',18,'1:03ac2e164c12ab41');
INSERT INTO "watermarks" VALUES('reports/daily@all@2024-04-18',19,'1');
INSERT INTO "watermarks" VALUES('reports/extreme_move@SC2406@2024-04-18',20,'1');
CREATE INDEX sources_lane ON sources (lane);
CREATE INDEX sources_any_doc_id ON sources (doc_id);
CREATE INDEX sources_path ON sources (path);
CREATE INDEX sources_retired ON sources (retired_in);
CREATE INDEX sources_added ON sources (added_in);
CREATE UNIQUE INDEX sources_live_doc_id ON sources (doc_id) WHERE retired_in IS NULL;
CREATE INDEX sources_sha256 ON sources (sha256);
CREATE INDEX bars_added ON bars (added_in);
CREATE INDEX bars_symbol_date ON bars (symbol, date);
CREATE INDEX bars_retired ON bars (retired_in);
CREATE INDEX bars_path ON bars (path);
CREATE INDEX bars_any_doc_id ON bars (doc_id);
CREATE UNIQUE INDEX bars_live_doc_id ON bars (doc_id) WHERE retired_in IS NULL;
CREATE INDEX documents_added ON documents (added_in);
CREATE INDEX documents_any_doc_id ON documents (doc_id);
CREATE UNIQUE INDEX documents_live_doc_id ON documents (doc_id) WHERE retired_in IS NULL;
CREATE INDEX documents_duplicate_of ON documents (duplicate_of);
CREATE INDEX documents_lane_published_date ON documents (lane, published_date);
CREATE INDEX documents_retired ON documents (retired_in);
CREATE INDEX clauses_document ON clauses (document);
CREATE INDEX clauses_retired ON clauses (retired_in);
CREATE INDEX clauses_doc_id_ordinal ON clauses (doc_id, ordinal);
CREATE INDEX clauses_any_clause_id ON clauses (clause_id);
CREATE UNIQUE INDEX clauses_live_clause_id ON clauses (clause_id) WHERE retired_in IS NULL;
CREATE INDEX clauses_added ON clauses (added_in);
CREATE UNIQUE INDEX rulebooks_live_doc_id ON rulebooks (doc_id) WHERE retired_in IS NULL;
CREATE INDEX rulebooks_retired ON rulebooks (retired_in);
CREATE INDEX rulebooks_document ON rulebooks (document);
CREATE INDEX rulebooks_added ON rulebooks (added_in);
CREATE INDEX rulebooks_any_doc_id ON rulebooks (doc_id);
CREATE INDEX slices_added ON slices (added_in);
CREATE INDEX slices_doc_id_ordinal ON slices (doc_id, ordinal);
CREATE INDEX slices_retired ON slices (retired_in);
CREATE UNIQUE INDEX slices_live_slice_id ON slices (slice_id) WHERE retired_in IS NULL;
CREATE INDEX slices_any_slice_id ON slices (slice_id);
CREATE INDEX slices_lane_published_date ON slices (lane, published_date);
CREATE INDEX mentions_doc_id_start ON mentions (doc_id, start);
CREATE INDEX mentions_retired ON mentions (retired_in);
CREATE INDEX mentions_kind_value ON mentions (kind, value);
CREATE INDEX mentions_added ON mentions (added_in);
CREATE INDEX mentions_any_mention_id ON mentions (mention_id);
CREATE UNIQUE INDEX mentions_live_mention_id ON mentions (mention_id) WHERE retired_in IS NULL;
CREATE INDEX policy_facts_doc_id ON policy_facts (doc_id);
CREATE INDEX policy_facts_added ON policy_facts (added_in);
CREATE INDEX policy_facts_product_item ON policy_facts (product, item);
CREATE UNIQUE INDEX policy_facts_live_fact_id ON policy_facts (fact_id) WHERE retired_in IS NULL;
CREATE INDEX policy_facts_retired ON policy_facts (retired_in);
CREATE INDEX policy_facts_any_fact_id ON policy_facts (fact_id);
CREATE INDEX market_moves_any_move_id ON market_moves (move_id);
CREATE INDEX market_moves_retired ON market_moves (retired_in);
CREATE INDEX market_moves_date ON market_moves (date);
CREATE INDEX market_moves_added ON market_moves (added_in);
CREATE UNIQUE INDEX market_moves_live_move_id ON market_moves (move_id) WHERE retired_in IS NULL;
CREATE INDEX market_moves_symbol_date ON market_moves (symbol, date);
CREATE INDEX sentiments_added ON sentiments (added_in);
CREATE INDEX sentiments_slice_id ON sentiments (slice_id);
CREATE INDEX sentiments_retired ON sentiments (retired_in);
CREATE INDEX sentiments_target_kind_target_value ON sentiments (target_kind, target_value);
CREATE INDEX sentiments_lane_published_date ON sentiments (lane, published_date);
CREATE INDEX sentiments_any_sentiment_id ON sentiments (sentiment_id);
CREATE UNIQUE INDEX sentiments_live_sentiment_id ON sentiments (sentiment_id) WHERE retired_in IS NULL;
CREATE INDEX quality_added ON quality (added_in);
CREATE INDEX quality_lane_published_date ON quality (lane, published_date);
CREATE INDEX quality_any_quality_id ON quality (quality_id);
CREATE INDEX quality_retired ON quality (retired_in);
CREATE UNIQUE INDEX quality_live_quality_id ON quality (quality_id) WHERE retired_in IS NULL;
CREATE UNIQUE INDEX lexicon_live_term ON lexicon (term) WHERE retired_in IS NULL;
CREATE INDEX lexicon_added ON lexicon (added_in);
CREATE INDEX lexicon_any_term ON lexicon (term);
CREATE INDEX lexicon_retired ON lexicon (retired_in);
CREATE INDEX embedded_spans_doc_id ON embedded_spans (doc_id);
CREATE INDEX embedded_spans_any_span_id ON embedded_spans (span_id);
CREATE UNIQUE INDEX embedded_spans_live_span_id ON embedded_spans (span_id) WHERE retired_in IS NULL;
CREATE INDEX embedded_spans_retired ON embedded_spans (retired_in);
CREATE INDEX embedded_spans_added ON embedded_spans (added_in);
CREATE INDEX embedded_spans_kind ON embedded_spans (kind);
CREATE INDEX tag_trees_profile_day ON tag_trees (profile, day);
CREATE UNIQUE INDEX tag_trees_live_tree_id ON tag_trees (tree_id) WHERE retired_in IS NULL;
CREATE INDEX tag_trees_any_tree_id ON tag_trees (tree_id);
CREATE INDEX tag_trees_added ON tag_trees (added_in);
CREATE INDEX tag_trees_retired ON tag_trees (retired_in);
CREATE INDEX tag_nodes_tree_id ON tag_nodes (tree_id);
CREATE INDEX tag_nodes_added ON tag_nodes (added_in);
CREATE INDEX tag_nodes_tag_id ON tag_nodes (tag_id);
CREATE INDEX tag_nodes_any_node_id ON tag_nodes (node_id);
CREATE INDEX tag_nodes_retired ON tag_nodes (retired_in);
CREATE UNIQUE INDEX tag_nodes_live_node_id ON tag_nodes (node_id) WHERE retired_in IS NULL;
CREATE INDEX tag_leaves_any_leaf_id ON tag_leaves (leaf_id);
CREATE UNIQUE INDEX tag_leaves_live_leaf_id ON tag_leaves (leaf_id) WHERE retired_in IS NULL;
CREATE INDEX tag_leaves_retired ON tag_leaves (retired_in);
CREATE INDEX tag_leaves_tree_id ON tag_leaves (tree_id);
CREATE INDEX tag_leaves_slice_id ON tag_leaves (slice_id);
CREATE INDEX tag_leaves_added ON tag_leaves (added_in);
CREATE UNIQUE INDEX reports_live_report_id ON reports (report_id) WHERE retired_in IS NULL;
CREATE INDEX reports_any_report_id ON reports (report_id);
CREATE INDEX reports_added ON reports (added_in);
CREATE INDEX reports_retired ON reports (retired_in);
CREATE INDEX reports_kind_day ON reports (kind, day);
CREATE INDEX claims_added ON claims (added_in);
CREATE UNIQUE INDEX claims_live_claim_id ON claims (claim_id) WHERE retired_in IS NULL;
CREATE INDEX claims_retired ON claims (retired_in);
CREATE INDEX claims_report_id ON claims (report_id);
CREATE INDEX claims_any_claim_id ON claims (claim_id);
COMMIT;
